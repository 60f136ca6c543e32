package io.grantkeeper.boot;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** What the tests ask of an embedded database. */
final class Postgres {

    private Postgres() {}

    static String ask(EmbeddedDatabase database, String query) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void execute(EmbeddedDatabase database, String command) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    static Connection connect(EmbeddedDatabase database) throws SQLException {
        return connect(database, database.user(), database.password().reveal());
    }

    static Connection connect(EmbeddedDatabase database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", "disable");
        properties.setProperty("loginTimeout", "10");
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s".formatted(database.host(), database.port(), database.database()),
                properties);
    }

    static long processId(Path home) throws java.io.IOException {
        return Postmaster.describedIn(home.resolve("postgres")).orElseThrow().processId();
    }
}
