package io.grantkeeper.chaos;

import io.grantkeeper.boot.ChaosPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * PostgreSQL's queue of notices, a small one, which somebody of another database keeps from being emptied: by listening,
 * and staying in a transaction.
 */
final class CrowdedQueue implements AutoCloseable {

    private static final int SMALLEST_PAGES = 64;
    private static final String NOTIFY = "select pg_notify('crowd', repeat('x', 7000))";

    private final ChaosPostgres postgres;
    private final Connection listener;

    private CrowdedQueue(ChaosPostgres postgres, Connection listener) {
        this.postgres = postgres;
        this.listener = listener;
    }

    /** Restarts PostgreSQL, which takes the size of the queue at its start only. */
    static CrowdedQueue on(ChaosPostgres postgres) {
        postgres.execute("alter system set max_notify_queue_pages = " + SMALLEST_PAGES);
        restart(postgres);
        try {
            Connection listener = postgres.connect();
            execute(listener, "listen crowd");
            listener.setAutoCommit(false);
            execute(listener, "select");
            return new CrowdedQueue(postgres, listener);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Until nothing more fits in. */
    void fill() {
        try (Connection sender = postgres.connect()) {
            while (true) {
                execute(sender, NOTIFY);
            }
        } catch (SQLException full) {
            // As it is to be.
        }
    }

    /** @param share from 0 to 1 */
    void fillTo(double share) {
        try (Connection sender = postgres.connect()) {
            while (usage(sender) < share) {
                execute(sender, NOTIFY);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static double usage(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("select pg_notification_queue_usage()")) {
            row.next();
            return row.getDouble(1);
        }
    }

    private static void execute(Connection session, String command) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(command);
        }
    }

    private static void restart(ChaosPostgres postgres) {
        postgres.stopImmediately();
        postgres.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (SQLException gone) {
            // As it is to be.
        }
        postgres.execute("alter system reset max_notify_queue_pages");
        restart(postgres);
    }
}
