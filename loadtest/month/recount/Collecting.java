package recount;

import static recount.Days.day;
import static recount.Days.isWorkingDay;
import static recount.Recount.row;
import static recount.Tariffs.vat;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import recount.Books.Charge;
import recount.Books.Invoice;
import recount.Books.Line;
import recount.Books.Part;
import recount.Books.Payer;
import recount.Truth.Close;
import recount.Truth.Event;

/** What accounts are charged at each close, what becomes of it, and what is written of it. */
class Collecting {
    private static final long INVOICE_FEE = 49_00;

    private final Truth truth;
    private final Map<String, Account> accounts;
    private final TreeMap<String, Payer> payers = new TreeMap<>();
    private final Map<String, Set<String>> payersOfStay = new HashMap<>();
    /** What cards have become, by token. */
    private final Map<String, String> cards = new HashMap<>();
    private final Documents documents = new Documents();
    private final List<String> attempts = new ArrayList<>(), blocks = new ArrayList<>(), taken = new ArrayList<>();
    private LocalDate lastClosed, today;

    Collecting(Truth truth, Map<String, Account> accounts) {
        this.truth = truth;
        this.accounts = accounts;
        for (String account : accounts.keySet()) payers.put(account, new Payer(account));
    }

    /** The holders' cards, as they change in a slice. */
    void take(Event event) {
        Payer payer = payers.get(event.account());
        if (event.what().equals("card")) {
            payer.card = event.words().get(0);
            payer.cardEnds = YearMonth.parse(event.words().get(1));
            // A new card unblocks, and charges say so too.
            if (payer.isBlocked) blocks.add(row(payer.account, "unblock", day(event.at())));
            payer.isBlocked = false;
        } else if (event.what().equals("card_removed")) {
            payer.card = "";
        }
    }

    /** Payments into the bank, told when a slice begins. */
    void payInvoices(Close close, long begin) {
        for (Payer payer : payers.values()) {
            for (Invoice invoice : payer.invoices) {
                if (!truth.paysInvoiceIn(payer.account, invoice.issued, close) || !invoice.isUnpaid()) continue;
                invoice.paid = invoice.gross();
                settle(invoice, payer, begin);
            }
        }
    }

    /** Nothing is owed on it any more; with all debts settled the account is unblocked. */
    private void settle(Invoice invoice, Payer payer, long at) {
        invoice.settle();
        if (!payer.isBlocked || payer.invoices.stream().anyMatch(Invoice::isUnpaid)) return;
        if (payer.charges.stream().anyMatch(charge -> charge.isActive() && charge.isExhausted)) return;
        payer.isBlocked = false;
        accounts.get(payer.account).setBlocked(at, false);
        blocks.add(row(payer.account, "unblock", day(at)));
    }

    /** The lines of stays that were settled anew. */
    void revise(Set<String> changed, Stays stays, long at) {
        for (String stay : changed) {
            Stays.Settled now = stays.settled(stay);
            String account = now != null && now.disposition().equals("account") ? now.account() : "";
            Set<String> before = payersOfStay.computeIfAbsent(stay, key -> new TreeSet<>());
            for (String other : before) if (!other.equals(account)) revise(payers.get(other), payers.get(other).lines.get(stay), 0, at);
            if (account.isEmpty()) continue;
            before.add(account);
            Line line = payers.get(account).lines.computeIfAbsent(stay, key -> new Line(account, stay,
                truth.garages().get(now.stay().garage()).operator(), truth.ownerOf(now.stay().vehicle())));
            line.visitDay = day(now.stay().exited());
            revise(payers.get(account), line, now.owed(), at);
        }
    }

    private void revise(Payer payer, Line line, long gross, long at) {
        for (Invoice invoice : new Revisions(today, lastClosed, documents).revise(line, gross)) settle(invoice, payer, at);
    }

    void close(Close close) {
        for (Truth.Turn turn : truth.turns()) if (turn.slice() == close.slice()) cards.put(turn.token(), turn.kind());
        lastClosed = close.billingDay();
        today = day(close.at());
        for (Payer payer : payers.values()) close(payer, close.at());
    }

    private void close(Payer payer, long at) {
        for (Charge charge : payer.charges) payer.refusedCards.add(charge.refusedCard);
        // What is asked of cards at this close is not known to be captured before it is over.
        List<Charge> captured = payer.charges.stream().filter(charge -> charge.status.equals("charged")).toList();
        List<Charge> open = payer.charges.stream().filter(Charge::isActive).toList();
        if (open.stream().anyMatch(charge -> isOver(payer, charge))) {
            giveUp(payer, open, at);
        } else {
            for (Charge charge : open) {
                if (charge.nextAttempt == null || !charge.nextAttempt.isAfter(today)) attempt(payer, charge);
            }
        }
        collect(payer);
        giveBack(payer, captured);
    }

    /** No attempt is left, and no other card than the one that was declined for good. */
    private boolean isOver(Payer payer, Charge charge) {
        boolean hasNewCard = !charge.refusedCard.isEmpty() && isUsable(payer);
        return charge.isExhausted && !hasNewCard;
    }

    private boolean isUsable(Payer payer) {
        boolean isRefused = payer.refusedCards.contains(payer.card);
        return !payer.card.isEmpty() && !isRefused && !payer.cardEnds.isBefore(YearMonth.from(today));
    }

    private void attempt(Payer payer, Charge charge) {
        if (!isUsable(payer)) {
            retryLater(charge);
            return;
        }
        charge.attempts += 1;
        charge.card = payer.card;
        String outcome = switch (cards.getOrDefault(payer.card, payer.card.substring(0, payer.card.indexOf('-')))) {
            case "empty" -> "declined_soft";
            case "stolen", "expired" -> "declined_hard";
            default -> "captured";
        };
        attempts.add(row(charge.account, charge.billingDay, charge.attempts, today, charge.gross, outcome));
        switch (outcome) {
            case "captured" -> {
                charge.capture(today);
                taken.add(row(payer.card, charge.gross));
            }
            case "declined_soft" -> retryLater(charge);
            default -> {
                charge.fail();
                charge.refusedCard = payer.card;
                charge.isExhausted = true;
            }
        }
    }

    /** Again on the first, third and fifth working day after the first failure; then no more. */
    private void retryLater(Charge charge) {
        charge.fail();
        if (charge.failingSince == null) charge.failingSince = today;
        charge.nextAttempt = null;
        LocalDate day = charge.failingSince;
        for (int count = 1; count <= 5; count++) {
            do day = day.plusDays(1); while (!isWorkingDay(day));
            if (count % 2 == 1 && day.isAfter(today) && charge.nextAttempt == null) charge.nextAttempt = day;
        }
        charge.isExhausted = charge.nextAttempt == null;
    }

    /**
     * All that is not paid goes on an invoice for each registered owner and operator, with a fee; the receipts are
     * credited, and the account is blocked.
     */
    private void giveUp(Payer payer, List<Charge> charges, long at) {
        List<Part> unpaid = new ArrayList<>(waitingDebits(payer));
        for (Charge charge : charges) {
            charge.status = "invoiced";
            TreeMap<String, Long> receipts = new TreeMap<>();
            for (Part part : charge.parts) {
                if (part.gross < 0) {
                    part.release();
                    continue;
                }
                if (part.told > 0) receipts.merge(part.line.operator, part.told, Long::sum);
                unpaid.add(part);
            }
            receipts.forEach((operator, sum) -> documents.make("credit_note", operator, payer.account, today, -sum));
        }
        TreeMap<String, Invoice> invoices = new TreeMap<>();
        for (Part part : unpaid) {
            part.putOn(invoices.computeIfAbsent(row(part.line.owner, part.line.operator),
                key -> new Invoice(payer.account, part.line.owner, part.line.operator, today)), today);
            part.told = part.gross;
        }
        for (Invoice invoice : invoices.values()) {
            Line fee = new Line(payer.account, "", invoice.operator, invoice.owner);
            new Part(fee, INVOICE_FEE, vat(INVOICE_FEE), today).putOn(invoice, today);
            documents.make("invoice", invoice.operator, payer.account, today, invoice.gross());
            payer.invoices.add(invoice);
        }
        blocks.add(row(payer.account, "block", today));
        if (payer.isBlocked) return;
        payer.isBlocked = true;
        accounts.get(payer.account).setBlocked(at, true);
    }

    /** What waits of days up to the one that is closed, less the credits that fit in, the oldest first. */
    private void collect(Payer payer) {
        List<Part> debits = waitingDebits(payer);
        if (debits.isEmpty()) return;
        List<Part> credits = payer.waiting().filter(part -> part.gross < 0).collect(Collectors.toList());
        credits.sort(Comparator.comparing(part -> part.since));
        Charge charge = new Charge(payer.account, lastClosed, false);
        charge.parts.addAll(debits);
        long sum = debits.stream().mapToLong(part -> part.gross).sum();
        for (Part credit : credits) {
            if (sum + credit.gross < 0) continue;
            sum += credit.gross;
            charge.parts.add(credit);
        }
        begin(payer, charge);
        if (charge.gross == 0) charge.capture(today);
        else attempt(payer, charge);
    }

    private List<Part> waitingDebits(Payer payer) {
        return payer.waiting().filter(part -> part.gross > 0 && !part.line.visitDay.isAfter(lastClosed)).toList();
    }

    /** With a receipt of each operator over what no document has said yet. */
    private void begin(Payer payer, Charge charge) {
        payer.charges.add(charge);
        TreeMap<String, Long> receipts = new TreeMap<>();
        for (Part part : charge.parts) {
            part.charge = charge;
            if (part.gross <= part.told) continue;
            receipts.merge(part.line.operator, part.gross - part.told, Long::sum);
            part.told = part.gross;
        }
        receipts.forEach((operator, sum) -> documents.make("receipt", operator, payer.account, today, sum));
        charge.sumUp();
    }

    /** A credit unused for seven days goes back to the card, of the newest payments first, never more than was taken. */
    private void giveBack(Payer payer, List<Charge> charges) {
        List<Charge> captured = charges.stream().filter(charge -> !charge.givesBack && charge.attempts > 0)
            .sorted(Comparator.comparing((Charge charge) -> charge.billingDay).reversed()).toList();
        long left = captured.stream().mapToLong(charge -> charge.gross - charge.givenBack).sum();
        Charge back = new Charge(payer.account, lastClosed, true);
        for (Part part : payer.waiting().toList()) {
            boolean isDue = part.gross < 0 && !lastClosed.isBefore(part.since.plusDays(7));
            if (!isDue || -part.gross > left) continue;
            left += part.gross;
            back.parts.add(part);
        }
        if (back.parts.isEmpty()) return;
        begin(payer, back);
        long due = -back.gross;
        for (Charge charge : captured) {
            long share = Math.min(due, charge.gross - charge.givenBack);
            if (share <= 0) continue;
            due -= share;
            charge.givenBack += share;
            back.attempts += 1;
            attempts.add(row(payer.account, lastClosed, back.attempts, today, -share, "reversed"));
            taken.add(row(charge.card, -share));
        }
        back.capture(today);
    }

    private Stream<Charge> charges() { return payers.values().stream().flatMap(payer -> payer.charges.stream()); }

    /** Rows by table. */
    Map<String, List<String>> tables() {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        tables.put("charges", charges().map(Charge::asRow).toList());
        tables.put("lines", charges().flatMap(charge -> charge.lineRows().stream()).toList());
        tables.put("ledger", payers.values().stream().flatMap(payer -> payer.ledgerRows().stream()).toList());
        tables.put("invoices", payers.values().stream().flatMap(payer -> payer.invoices.stream()).map(Invoice::asRow).toList());
        tables.put("attempts", attempts);
        tables.put("documents", documents.documents);
        tables.put("numbers", documents.numbers);
        tables.put("blocks", blocks);
        tables.put("taken", taken);
        return tables;
    }
}
