package recount;

import static recount.Tariffs.vat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import recount.Books.Charge;
import recount.Books.Invoice;
import recount.Books.Line;
import recount.Books.Part;

/**
 * A line whose worth changes: what is open is changed; to what was captured or invoiced a correction is added. Less
 * lowers the invoice while that is unpaid, else it is a credit; more is a debit, waived more than 14 days after payment.
 */
class Revisions {
    private final LocalDate today, lastClosed;
    private final Documents documents;

    /** @param today of the last close, as its billing day */
    Revisions(LocalDate today, LocalDate lastClosed, Documents documents) {
        this.today = today;
        this.lastClosed = lastClosed;
        this.documents = documents;
    }

    /** Answers the invoices that nothing is owed on any more. */
    List<Invoice> revise(Line line, long gross) {
        if (gross == line.gross) return List.of();
        line.gross = gross;
        List<Part> changed = new ArrayList<>();
        Part open = line.last(part -> part.owner.equals("open") && (part.charge == null || part.gross >= 0));
        if (open == null) open = line.last(part -> part.owner.equals("waived"));
        long lacking = gross, lackingVat = vat(gross);
        for (Part part : line.parts) {
            if (part == open) continue;
            lacking -= part.gross;
            lackingVat -= part.vat;
        }
        Set<Charge> charges = new LinkedHashSet<>();
        if (open != null) {
            boolean mayOwe = lacking >= 0 || (open.owner.equals("open") && open.charge == null);
            // A credit that waits is used up; what goes beyond is a debit.
            boolean isBeyond = open.gross < 0 && lacking > 0;
            long now = mayOwe && !isBeyond ? lacking : 0, nowVat = mayOwe && !isBeyond ? lackingVat : 0;
            if (now != open.gross || nowVat != open.vat) {
                if (now < 0 && open.gross >= 0) open.since = lastClosed;
                open.gross = now;
                open.vat = nowVat;
                changed.add(open);
                if (open.charge != null) charges.add(open.charge);
            }
            lacking -= now;
            lackingVat -= nowVat;
        }
        if (lacking > 0) changed.add(debit(line, lacking, lackingVat));
        if (lacking < 0) changed.addAll(less(line, lacking, lackingVat));
        for (Part part : changed) documents.tellChange(part, today);
        for (Part part : changed) if (part.owner.equals("open") && part.gross == 0) part.charge = null;
        for (Charge charge : charges) followParts(charge);
        changed.stream().map(part -> part.invoice).filter(Objects::nonNull).distinct().forEach(this::takeFeeBack);
        return changed.stream().map(part -> part.invoice).filter(invoice -> invoice != null && !invoice.isUnpaid()).toList();
    }

    /** With nothing left to pay of its stays an invoice has no fee. */
    private void takeFeeBack(Invoice invoice) {
        Part fee = invoice.parts.stream().filter(part -> part.line.stay.isEmpty()).findFirst().orElseThrow();
        if (fee.gross == 0 || invoice.gross() != fee.gross || !invoice.isUnpaid()) return;
        documents.make("credit_note", invoice.operator, invoice.account, today, -fee.gross);
        fee.gross = 0;
        fee.vat = 0;
    }

    private Part debit(Line line, long gross, long vat) {
        LocalDate paidOn = line.parts.stream()
            .filter(part -> part.owner.equals("captured") || part.owner.equals("invoice"))
            .map(part -> part.since).max(Comparator.naturalOrder()).orElse(null);
        Part debit = new Part(line, gross, vat, lastClosed);
        if (paidOn != null && today.isAfter(paidOn.plusDays(14))) debit.owner = "waived";
        line.parts.add(debit);
        return debit;
    }

    private List<Part> less(Line line, long gross, long vat) {
        List<Part> added = new ArrayList<>();
        long left = gross, leftVat = vat;
        Part invoiced = line.last(part -> part.owner.equals("invoice") && part.invoice.isUnpaid());
        if (invoiced != null) {
            long onIt = line.parts.stream().filter(part -> part.invoice == invoiced.invoice).mapToLong(part -> part.gross).sum();
            long lowered = Math.min(Math.max(0, onIt), -gross);
            if (lowered > 0) {
                Part part = new Part(line, -lowered, Math.round((double) vat * lowered / -gross), today);
                part.putOn(invoiced.invoice, today);
                added.add(part);
                left += lowered;
                leftVat -= part.vat;
            }
        }
        if (left < 0) added.add(new Part(line, left, leftVat, lastClosed));
        line.parts.addAll(added);
        return added;
    }

    /** An open charge comes to what its parts are now; credits that it can't hold any more wait again. */
    private void followParts(Charge charge) {
        charge.parts.removeIf(part -> part.charge != charge || part.gross == 0);
        while (charge.parts.stream().mapToLong(part -> part.gross).sum() < 0) {
            Part credit = charge.parts.stream().filter(part -> part.gross < 0).reduce((one, other) -> other).orElseThrow();
            credit.release();
            charge.parts.remove(credit);
        }
        charge.sumUp();
        if (charge.parts.isEmpty()) charge.status = "waived";
        else if (charge.gross == 0) charge.capture(today);
    }
}
