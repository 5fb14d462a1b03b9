package recount;

import static recount.Recount.row;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is kept of what accounts owe. Money is in ore, VAT included. */
class Books {
    private Books() {}

    /** A part of what a line is worth. Its owner is open (its charge may be null), captured, invoice or waived. */
    static class Part {
        final Line line;
        long gross, vat;
        String owner = "open", status = "pending";
        Charge charge;
        Invoice invoice;
        /** The day on which it was captured or invoiced, or the last closed day when it was opened. */
        LocalDate since;
        /** What documents have said of it. */
        long told;

        Part(Line line, long gross, long vat, LocalDate since) {
            this.line = line;
            this.gross = gross;
            this.vat = vat;
            this.since = since;
        }

        boolean waits() { return owner.equals("open") && charge == null && gross != 0; }

        void release() {
            charge = null;
            status = "pending";
        }

        void putOn(Invoice invoice, LocalDate today) {
            charge = null;
            owner = "invoice";
            status = "failed";
            since = today;
            this.invoice = invoice;
            invoice.parts.add(this);
        }
    }

    /** What an account owes for a stay; or a fee. */
    static class Line {
        final String account, stay, operator, owner;
        LocalDate visitDay;
        long gross;
        final List<Part> parts = new ArrayList<>();

        /** @param owner who is registered as the owner of the vehicle */
        Line(String account, String stay, String operator, String owner) {
            this.account = account;
            this.stay = stay;
            this.operator = operator;
            this.owner = owner;
        }

        /** Null: none. */
        Part last(Predicate<Part> wanted) {
            return parts.stream().filter(wanted).reduce((one, other) -> other).orElse(null);
        }
    }

    /** One payment of an account for a billing day; below zero one that gives back. */
    static class Charge {
        final String account;
        final LocalDate billingDay;
        final boolean givesBack;
        final List<Part> parts = new ArrayList<>();
        String status = "pending", card = "", refusedCard = "";
        LocalDate failingSince, nextAttempt;
        boolean isExhausted;
        int attempts;
        long gross, vat;
        /** Of a captured payment, what was given back of it. */
        long givenBack;
        private TreeMap<String, long[]> shares = new TreeMap<>();
        private List<String> lineRows = List.of();

        Charge(String account, LocalDate billingDay, boolean givesBack) {
            this.account = account;
            this.billingDay = billingDay;
            this.givesBack = givesBack;
        }

        boolean isActive() { return status.equals("pending") || status.equals("failed"); }

        void sumUp() {
            gross = parts.stream().mapToLong(part -> part.gross).sum();
            vat = parts.stream().mapToLong(part -> part.vat).sum();
            shares = new TreeMap<>();
            for (Part part : parts) {
                long[] share = shares.computeIfAbsent(part.line.operator, key -> new long[2]);
                share[0] += part.gross;
                share[1] += part.vat;
            }
            lineRows = parts.stream()
                .map(part -> row(account, billingDay, part.line.visitDay, part.line.stay, part.gross, part.vat)).toList();
        }

        List<String> lineRows() { return lineRows; }

        void capture(LocalDate today) {
            status = "charged";
            for (Part part : parts) {
                part.owner = "captured";
                part.status = "charged";
                part.since = today;
            }
        }

        void fail() {
            status = "failed";
            for (Part part : parts) part.status = "failed";
        }

        String asRow() {
            String each = shares.entrySet().stream().filter(share -> share.getValue()[0] != 0 || share.getValue()[1] != 0)
                .map(share -> share.getKey() + " " + share.getValue()[0] + " " + share.getValue()[1])
                .collect(Collectors.joining(", "));
            return row(account, billingDay, status, gross, vat, attempts, each);
        }
    }

    /** What is asked of a registered owner for one operator. */
    static class Invoice {
        final String account, owner, operator;
        final LocalDate issued;
        final List<Part> parts = new ArrayList<>();
        long paid;

        Invoice(String account, String owner, String operator, LocalDate issued) {
            this.account = account;
            this.owner = owner;
            this.operator = operator;
            this.issued = issued;
        }

        long gross() { return parts.stream().mapToLong(part -> part.gross).sum(); }

        long vat() { return parts.stream().mapToLong(part -> part.vat).sum(); }

        boolean isUnpaid() { return gross() > paid; }

        void settle() { for (Part part : parts) part.status = "charged"; }

        String asRow() {
            return row(account, owner, operator, issued, issued.plusDays(14), gross(), vat(), isUnpaid() ? "unpaid" : "paid");
        }
    }

    /** What collecting knows of an account. */
    static class Payer {
        final String account;
        String card = "";
        YearMonth cardEnds;
        /** Declined for good by the last close. */
        final Set<String> refusedCards = new HashSet<>();
        boolean isBlocked;
        /** By stay. */
        final TreeMap<String, Line> lines = new TreeMap<>();
        final List<Charge> charges = new ArrayList<>();
        final List<Invoice> invoices = new ArrayList<>();

        Payer(String account) { this.account = account; }

        /** Parts that are in no charge. */
        Stream<Part> waiting() { return lines.values().stream().flatMap(line -> line.parts.stream()).filter(Part::waits); }

        /** By operator, owner and what the driver sees. */
        List<String> ledgerRows() {
            List<Part> parts = new ArrayList<>();
            for (Line line : lines.values()) parts.addAll(line.parts);
            for (Invoice invoice : invoices) invoice.parts.stream().filter(part -> part.line.stay.isEmpty()).forEach(parts::add);
            TreeMap<String, long[]> sums = new TreeMap<>();
            for (Part part : parts) {
                if (part.gross == 0 && part.vat == 0) continue;
                long[] sum = sums.computeIfAbsent(row(account, part.line.operator, part.owner, part.status), key -> new long[2]);
                sum[0] += part.gross;
                sum[1] += part.vat;
            }
            return sums.entrySet().stream().map(sum -> row(sum.getKey(), sum.getValue()[0], sum.getValue()[1])).toList();
        }
    }
}
