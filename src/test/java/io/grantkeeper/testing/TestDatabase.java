package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An operator's database, with an own user that owns it. */
public record TestDatabase(String host, int port, String name, String user, String password) {

    /** As operators write it. */
    public String url() {
        return "postgresql://" + user + ":" + URLEncoder.encode(password, UTF_8) + "@" + host + ":" + port + "/" + name
                + "?sslmode=disable";
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + host + ":" + port + "/" + name + "?sslmode=disable", user, password);
    }

    /** @return how many rows were changed */
    public int execute(String statement, Object... values) {
        try (Connection connection = connect();
                PreparedStatement prepared = prepared(connection, statement, values)) {
            return prepared.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The first column of each row, as text. */
    public List<String> ask(String query, Object... values) {
        try (Connection connection = connect();
                PreparedStatement prepared = prepared(connection, query, values);
                ResultSet row = prepared.executeQuery()) {
            List<String> answers = new ArrayList<>();
            while (row.next()) {
                answers.add(row.getString(1));
            }
            return answers;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Every row of every table, but for the one that replicas renew whatever else they do. */
    public Map<String, List<String>> contents() {
        Map<String, List<String>> contents = new TreeMap<>();
        for (String table : ask(
                "select tablename from pg_tables where schemaname = 'public' and tablename <> 'database_lineage'")) {
            contents.put(table, ask("select t::text from " + table + " t order by 1"));
        }
        return contents;
    }

    private static PreparedStatement prepared(Connection connection, String statement, Object... values)
            throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement);
        for (int i = 0; i < values.length; i++) {
            prepared.setObject(i + 1, values[i]);
        }
        return prepared;
    }

    /** Records print what they hold. */
    @Override
    public String toString() {
        return "TestDatabase[" + name + "]";
    }
}
