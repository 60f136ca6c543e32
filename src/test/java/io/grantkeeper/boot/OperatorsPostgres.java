package io.grantkeeper.boot;

import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;

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

    /** An empty database, whose user owns it and nothing else. */
    public static TestDatabase database(String name) {
        EmbeddedDatabase server = Server.INSTANCE;
        String password = Canaries.fresh("database password");
        try {
            Postgres.execute(server, "drop database if exists " + name + " with (force)");
            Postgres.execute(server, "drop role if exists " + name);
            Postgres.execute(server, "create role " + name + " login password '" + password + "'");
            Postgres.execute(server, "create database " + name + " owner " + name);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return new TestDatabase(server.host(), server.port(), name, name, password);
    }
}
