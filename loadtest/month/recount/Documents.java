package recount;

import static recount.Recount.row;
import static recount.Tariffs.vat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import recount.Books.Part;

/** Receipts, invoices and credit notes, each operator's in one series. */
class Documents {
    final List<String> documents = new ArrayList<>();
    final List<String> numbers = new ArrayList<>();
    private final Map<String, Integer> lastNumbers = new HashMap<>();

    /** The VAT of a document is counted once; a credit note's is that of its opposite. Numbers have no gaps. */
    void make(String kind, String operator, String account, LocalDate issued, long gross) {
        documents.add(row(kind, operator, account, issued, gross, gross < 0 ? -vat(-gross) : vat(gross)));
        numbers.add(row(operator, lastNumbers.merge(operator, 1, Integer::sum)));
    }

    /**
     * What documents said too much of a part is credited; more is said at once only of what stands in a charge, and of a
     * credit that is nothing any more.
     */
    void tellChange(Part part, LocalDate issued) {
        long untold = part.gross - part.told;
        boolean isInCharge = part.owner.equals("open") && part.charge != null;
        if (untold == 0 || (untold > 0 && !isInCharge && part.gross != 0)) return;
        make(untold < 0 ? "credit_note" : "receipt", part.line.operator, part.line.account, issued, untold);
        part.told = part.gross;
    }
}
