package io.grantkeeper.boot;

import java.nio.file.Path;
import java.util.Map;

/** A database for tests of the running service, in a folder of its own. */
public final class TestDatabase implements AutoCloseable {

    private final EmbeddedDatabase database;

    private TestDatabase(EmbeddedDatabase database) {
        this.database = database;
    }

    public static TestDatabase in(Path folder) {
        return new TestDatabase(EmbeddedDatabase.start(folder));
    }

    /** Where Quarkus finds it. */
    public Map<String, String> settings() {
        String address = database.host() + ":" + database.port() + "/" + database.database();
        return Map.of(
                "quarkus.datasource.username",
                database.user(),
                "quarkus.datasource.password",
                database.password().reveal(),
                "quarkus.datasource.jdbc.url",
                "jdbc:postgresql://" + address,
                "quarkus.datasource.reactive.url",
                "postgresql://" + address);
    }

    @Override
    public void close() {
        database.close();
    }
}
