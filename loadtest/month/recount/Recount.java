package recount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import recount.Truth.Close;

/**
 * What a month must come to, counted from what truly happened in it: reads the tables of one folder and writes those of
 * another. Written a second time and apart from the pipeline, in another language, from the rules as README.md and the
 * READMEs of pricing, accounts, charges and documents tell them in words; it shares no code and no configuration with
 * what it is held against. Money is in ore.
 */
public class Recount {
    private Recount() {}

    /** @param args the folder of the truth, and the one to write to */
    public static void main(String[] args) throws IOException {
        Truth truth = Truth.read(Path.of(args[0]));
        Path out = Path.of(args[1]);
        Files.createDirectories(out);
        Map<String, Account> accounts = new TreeMap<>();
        for (Truth.Event event : truth.events()) accounts.computeIfAbsent(event.account(), Account::new);
        Stays stays = new Stays(truth, accounts);
        Collecting collecting = new Collecting(truth, accounts);
        long begin = 0;
        for (Close close : truth.closes()) {
            collecting.payInvoices(close, begin);
            for (Truth.Event event : truth.events()) {
                if (event.slice() != close.slice()) continue;
                stays.take(event);
                collecting.take(event);
            }
            Set<String> changed = stays.settleWhatIsToldIn(close.slice());
            collecting.revise(changed, stays, close.at());
            collecting.close(close);
            begin = close.at();
        }
        write(out, "dispositions", stays.rows());
        for (Map.Entry<String, List<String>> table : collecting.tables().entrySet()) write(out, table.getKey(), table.getValue());
    }

    private static void write(Path out, String table, List<String> rows) throws IOException {
        Files.write(out.resolve(table + ".tsv"), rows);
    }

    static String row(Object... cells) {
        return Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining("\t"));
    }
}
