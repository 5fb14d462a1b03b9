package recount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What truly happened in a month: the tables of a folder, each a list of rows with cells between tabs. */
record Truth(
    List<Truth.Close> closes, Map<String, Truth.Garage> garages, List<Truth.Event> events, List<Truth.Turn> turns,
    List<Truth.Permit> permits, List<Truth.Payment> payments, List<Truth.Known> stays, Map<String, String> owners,
    Map<String, Integer> payDays) {

    record Close(int slice, LocalDate billingDay, long at) {}

    record Garage(String id, String operator, TreeMap<Long, String> tariffs) {}

    record Event(int slice, long at, String account, String what, List<String> words) {}

    record Turn(int slice, String token, String kind) {}

    record Permit(String kind, String vehicle, String garage, long from, long to, String contract, int places) {}

    record Payment(int slice, String reference, String garage, String vehicle, long from, long to, long sum) {}

    /** What is known of a stay from a slice on; exited is -1 while the vehicle is inside. */
    record Known(int slice, String stay, String garage, String vehicle, long entered, long exited) {}

    /** Who is registered as the owner of a vehicle; empty: nobody knows. */
    String ownerOf(String vehicle) { return owners.getOrDefault(vehicle, ""); }

    /** Whether an account's invoices of that day come to be paid when this slice begins. */
    boolean paysInvoiceIn(String account, LocalDate issued, Close close) {
        Integer days = payDays.get(account);
        return days != null && close.billingDay.equals(issued.plusDays(days));
    }

    static Truth read(Path dir) throws IOException {
        Map<String, Garage> garages = new LinkedHashMap<>();
        for (Row row : rows(dir, "garages")) {
            garages.computeIfAbsent(row.text(0), id -> new Garage(id, row.text(1), new TreeMap<>()))
                .tariffs.put(row.number(3), row.text(2));
        }
        return new Truth(
            rows(dir, "closes").stream()
                .map(row -> new Close(row.whole(0), LocalDate.parse(row.text(1)), row.number(2))).toList(),
            garages,
            rows(dir, "accounts").stream()
                .map(row -> new Event(row.whole(0), row.number(1), row.text(2), row.text(3), row.from(4))).toList(),
            rows(dir, "cards").stream().map(row -> new Turn(row.whole(0), row.text(1), row.text(2))).toList(),
            rows(dir, "permits").stream().map(row -> new Permit(row.text(0), row.text(1) + " " + row.text(2), row.text(3),
                row.number(4), row.orElse(5, Long.MAX_VALUE), row.text(6), row.whole(7))).toList(),
            rows(dir, "payments").stream().map(row -> new Payment(row.whole(0), row.text(1), row.text(2),
                row.text(3) + " " + row.text(4), row.number(5), row.number(6), row.number(7))).toList(),
            rows(dir, "stays").stream().map(row -> new Known(row.whole(0), row.text(1), row.text(2),
                row.text(3) + " " + row.text(4), row.number(5), row.orElse(6, -1))).toList(),
            rows(dir, "owners").stream()
                .collect(Collectors.toMap(row -> row.text(0) + " " + row.text(1), row -> row.text(2))),
            rows(dir, "invoices_paid").stream().collect(Collectors.toMap(row -> row.text(0), row -> row.whole(1))));
    }

    record Row(String[] cells) {
        String text(int n) { return cells[n]; }
        long number(int n) { return Long.parseLong(cells[n]); }
        int whole(int n) { return Integer.parseInt(cells[n]); }
        long orElse(int n, long other) { return cells[n].isEmpty() ? other : number(n); }
        List<String> from(int n) { return List.of(cells).subList(n, cells.length); }
    }

    static List<Row> rows(Path dir, String table) throws IOException {
        return Files.readAllLines(dir.resolve(table + ".tsv")).stream().map(line -> new Row(line.split("\t", -1))).toList();
    }
}
