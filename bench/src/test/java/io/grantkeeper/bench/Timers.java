package io.grantkeeper.bench;

import io.grantkeeper.testing.TestDatabase;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the statements cost that run although nobody asks: the service's own, read from its classes. */
final class Timers {

    private static final List<Timer> ALL = List.of(
            new Timer("io.grantkeeper.refresh.Leases", "OPEN", Duration.ofMillis(500)),
            new Timer("io.grantkeeper.refresh.Upkeep", "TAKE_USED", Duration.ofSeconds(1), "64"),
            new Timer("io.grantkeeper.replica.Replicas", "LIVING", Duration.ofSeconds(5)),
            new Timer("io.grantkeeper.connection.Revocations", "TAKE", Duration.ofSeconds(15)),
            new Timer("io.grantkeeper.refresh.Upkeep", "TAKE_IDLE", Duration.ofMinutes(1), "64"),
            new Timer("io.grantkeeper.connection.Census", "COUNT", Duration.ofMinutes(1)),
            // On no timer, but asked whenever one more connection is about to die.
            new Timer(
                    "io.grantkeeper.refresh.SharedOutages",
                    "DEATHS",
                    Duration.ZERO,
                    "'google'",
                    "'client-of-google'",
                    "600",
                    "'00000000-0000-7000-8000-000000000000'",
                    "'{}'"));

    private static final int EXECUTIONS = 7;
    private static final Pattern TIME = Pattern.compile("Execution Time: ([0-9.]+) ms");
    private static final Pattern SCAN = Pattern.compile("Seq Scan on (connection|credential|connection_use)\\b");

    /** @param every zero for what runs on no timer */
    private record Timer(String type, String field, Duration every, String... values) {

        String name() {
            return type.substring(type.lastIndexOf('.') + 1) + "." + field;
        }

        String sql() {
            try {
                Field constant = Class.forName(type).getDeclaredField(field);
                constant.setAccessible(true);
                return (String) constant.get(null);
            } catch (ReflectiveOperationException gone) {
                throw new IllegalStateException(gone);
            }
        }
    }

    /** @param scans the table that is read from end to end; empty where an index serves */
    record Cost(String name, Duration every, double millis, String scans) {

        double millisPerSecond() {
            return every.isZero() ? 0 : millis * 1000 / every.toMillis();
        }
    }

    private Timers() {}

    /** The plans themselves go to a file. */
    static List<Cost> explain(TestDatabase database, Path plans) throws SQLException, IOException {
        List<Cost> costs = new ArrayList<>();
        StringBuilder all = new StringBuilder();
        try (Connection session = database.connect();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            for (Timer timer : ALL) {
                String plan = plan(statement, timer);
                session.rollback();
                all.append(timer.name()).append('\n').append(plan).append('\n');
                costs.add(cost(timer, plan));
            }
        }
        Files.writeString(plans, all);
        return costs;
    }

    /** The last of many, by when PostgreSQL has settled on a plan, as it has for the service. */
    private static String plan(Statement statement, Timer timer) throws SQLException {
        String name = "timer_" + Integer.toHexString(timer.name().hashCode());
        statement.execute("prepare " + name + " as " + timer.sql());
        String execute = "explain (analyze, buffers) execute " + name
                + (timer.values().length == 0 ? "" : "(" + String.join(", ", timer.values()) + ")");
        for (int before = 0; before < EXECUTIONS; before++) {
            lines(statement, execute);
        }
        return lines(statement, execute);
    }

    private static String lines(Statement statement, String query) throws SQLException {
        StringBuilder lines = new StringBuilder();
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                lines.append(row.getString(1)).append('\n');
            }
        }
        return lines.toString();
    }

    private static Cost cost(Timer timer, String plan) {
        Matcher time = TIME.matcher(plan);
        if (!time.find()) {
            throw new IllegalStateException("no plan but " + plan);
        }
        Matcher scan = SCAN.matcher(plan);
        return new Cost(
                timer.name(), timer.every(), Double.parseDouble(time.group(1)), scan.find() ? scan.group(1) : "");
    }
}
