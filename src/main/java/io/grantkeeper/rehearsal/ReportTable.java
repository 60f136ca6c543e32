package io.grantkeeper.rehearsal;

import io.grantkeeper.rehearsal.Report.Tried;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A report for a person: the faults, a line a step, and a line of counts. */
public record ReportTable(Report report) {

    private static final String INDENTED = "    ";

    public void print(PrintStream out) {
        report.faults().forEach(out::println);
        print(rows(), out);
        out.println(counts());
    }

    /** One that may be followed by lines of its own. */
    private record Row(List<String> cells, List<String> more) {}

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Tried tried : report.entries()) {
            tried.dryRun().forEach(step -> rows.add(row(tried, "dry run", step)));
            tried.live().forEach(step -> rows.add(row(tried, "live", step)));
        }
        return rows;
    }

    private static Row row(Tried tried, String check, Step step) {
        Result result = step.result();
        List<String> more = result instanceof Result.Failed failed
                ? List.of("expected " + failed.expected(), "got      " + failed.got())
                : List.of();
        return new Row(List.of(tried.provider(), check, step.name(), result.word(), result.detail()), more);
    }

    private static void print(List<Row> rows, PrintStream out) {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < 4; column++) {
            int here = column;
            widths.add(rows.stream()
                    .mapToInt(row -> row.cells().get(here).length())
                    .max()
                    .orElse(0));
        }
        for (Row row : rows) {
            out.println(line(row.cells(), widths));
            row.more().forEach(line -> out.println(INDENTED + line));
        }
    }

    private static String line(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.size(); column++) {
            String cell = cells.get(column);
            line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
        }
        return line.append(cells.getLast()).toString().stripTrailing();
    }

    private String counts() {
        long unreachable = report.count(Result.Unreachable.class);
        return numbered(report.faults().size(), "fault") + "; "
                + numbered(report.entries().size(), "entry") + " tried: "
                + report.count(Result.Passed.class) + " passed, "
                + report.count(Result.Skipped.class) + " skipped, "
                + numbered(report.count(Result.Remarked.class), "remark") + ", "
                + report.count(Result.Failed.class) + " failed"
                + (unreachable == 0 ? "" : ", " + unreachable + " unreachable");
    }

    private static String numbered(long count, String noun) {
        String plural = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        return count + " " + (count == 1 ? noun : plural);
    }
}
