package io.grantkeeper.rehearsal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grantkeeper.provider.Fault;
import io.grantkeeper.rehearsal.Report.Tried;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** A report for a program. Its members stay; others may come. */
public record ReportJson(Report report) {

    public void print(PrintStream out) {
        out.println(tree().toPrettyString());
    }

    ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("verdict", report.verdict().name().toLowerCase(Locale.ROOT));
        ArrayNode faults = tree.putArray("faults");
        report.faults().forEach(fault -> add(fault, faults.addObject()));
        ArrayNode entries = tree.putArray("entries");
        report.entries().forEach(tried -> add(tried, entries.addObject()));
        return tree;
    }

    private static void add(Fault fault, ObjectNode node) {
        node.put("file", fault.file());
        node.put("line", fault.line());
        node.put("reason", fault.reason());
    }

    private static void add(Tried tried, ObjectNode node) {
        node.put("file", tried.file().toString());
        node.put("provider", tried.provider());
        add(tried.dryRun(), node.putArray("dryRun"));
        add(tried.live(), node.putArray("live"));
    }

    private static void add(List<Step> steps, ArrayNode array) {
        for (Step step : steps) {
            ObjectNode node = array.addObject();
            node.put("step", step.name());
            node.put("result", step.result().word());
            node.put("detail", step.result().detail());
            if (step.result() instanceof Result.Failed failed) {
                node.put("expected", failed.expected());
                node.put("got", failed.got());
            }
        }
    }
}
