package io.grantkeeper.boot;

import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.flywaydb.core.Flyway;

/** The PostgreSQL that stands for an operator's: one server for all tests of this JVM, a database for whoever asks. */
public final class OperatorsPostgres {

    private static final Path FOLDER = Path.of("target", "operators-postgres");

    /** Made when it is first asked for, and stopped with the JVM. */
    private static final class Server {
        static final EmbeddedDatabase INSTANCE = started();

        private static EmbeddedDatabase started() {
            EmbeddedDatabase server = EmbeddedDatabase.start(FOLDER.toAbsolutePath());
            Canaries.add("database password", server.password().reveal());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        }
    }

    private OperatorsPostgres() {}

    /** As the server's superuser, in that database. */
    public static void execute(String database, String command) {
        EmbeddedDatabase server = Server.INSTANCE;
        Properties login = new Properties();
        login.setProperty("user", server.user());
        login.setProperty("password", server.password().reveal());
        login.setProperty("sslmode", "disable");
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://%s:%d/%s".formatted(server.host(), server.port(), database), login);
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Has all that is in memory be written to its files. */
    public static void checkpoint() {
        try {
            Postgres.execute(Server.INSTANCE, "checkpoint");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Where its files are: tables, indexes, the write-ahead log. */
    public static Path files() {
        return FOLDER.resolve("postgres");
    }

    /** A database with the present schema, whose user owns it and nothing else. */
    public static TestDatabase migrated(String name) {
        TestDatabase database = database(name);
        Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://%s:%d/%s?sslmode=disable".formatted(database.host(), database.port(), name),
                        database.user(),
                        database.password())
                .load()
                .migrate();
        return database;
    }

    /** An empty database, whose user owns it and nothing else. */
    public static TestDatabase database(String name) {
        EmbeddedDatabase server = Server.INSTANCE;
        String password = Canaries.fresh("database password");
        try {
            Postgres.execute(server, "drop database if exists " + name + " with (force)");
            Postgres.execute(server, "drop role if exists " + name);
            Postgres.execute(server, "create role " + name + " login password '" + password + "'");
            Postgres.execute(server, "create database " + name + " owner " + name);
            // As talkative as an operator could make it: what is bound to statements stands in the log.
            Postgres.execute(server, "alter database " + name + " set log_statement = 'all'");
            Postgres.execute(server, "alter database " + name + " set log_parameter_max_length_on_error = -1");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return new TestDatabase(server.host(), server.port(), name, name, password);
    }
}
