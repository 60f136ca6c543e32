package io.grantkeeper.boot;

import io.grantkeeper.secret.KeyChecks;
import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.KeyRingException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * Looks at the database before anything is written to it: is it there, and is the key ring the one it was sealed with?
 *
 * <p>By JDBC, since nothing else runs yet; it reads only.
 */
final class DatabaseCheck {

    private static final String TIMEOUT_SECONDS = "5";

    private static final String IN_USE =
            "select key_id from credential union select key_id from agent where key_id is not null";

    /** Tables that an older version did not make. */
    private static final List<String> NEWER = List.of("pending_import", "client");

    private DatabaseCheck() {}

    /** What is known of the keys that a database was sealed with. */
    record SealedWith(Map<String, byte[]> checks, Set<String> inUse) {

        boolean isNothing() {
            return checks.isEmpty();
        }

        /** @throws KeyRingException when the ring does not fit */
        void require(KeyRing ring) {
            KeyChecks.require(ring, checks);
            Set<String> missing = new LinkedHashSet<>(inUse);
            missing.removeAll(ring.ids());
            if (!missing.isEmpty()) {
                throw new KeyRingException("the key ring lacks " + String.join(", ", missing)
                        + ", which tokens in this database are sealed with; nothing was written");
            }
        }
    }

    /** @throws StartRefused when the database does not let us in */
    static SealedWith look(DatabaseUrl database) {
        Properties login = new Properties();
        login.setProperty("user", database.user());
        login.setProperty("password", database.password().reveal());
        login.setProperty("connectTimeout", TIMEOUT_SECONDS);
        login.setProperty("loginTimeout", TIMEOUT_SECONDS);
        login.setProperty("socketTimeout", TIMEOUT_SECONDS);
        try (Connection connection = DriverManager.getConnection(database.jdbc(), login)) {
            return hasTable(connection, "key_check")
                    ? new SealedWith(checks(connection), inUse(connection))
                    : new SealedWith(Map.of(), Set.of());
        } catch (SQLException refused) {
            throw new StartRefused("the database " + database.name() + " on " + database.host() + ":" + database.port()
                    + " cannot be used: " + reason(refused) + ". See GRANTKEEPER_DATABASE_URL.");
        }
    }

    private static String reason(SQLException refused) {
        String state = String.valueOf(refused.getSQLState());
        return switch (state) {
            case "28P01", "28000" -> "it refuses the user or the password";
            case "3D000" -> "it does not exist";
            case "08001", "08004", "08006" -> "nothing answers there, or TLS cannot be agreed on";
            default -> "SQLSTATE " + state;
        };
    }

    private static boolean hasTable(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?) is not null")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static Map<String, byte[]> checks(Connection connection) throws SQLException {
        Map<String, byte[]> checks = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("select key_id, sealed from key_check");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                checks.put(row.getString(1), row.getBytes(2));
            }
        }
        return checks;
    }

    private static Set<String> inUse(Connection connection) throws SQLException {
        Set<String> ids = new LinkedHashSet<>();
        StringBuilder query = new StringBuilder(IN_USE);
        for (String table : NEWER) {
            if (hasTable(connection, table)) {
                query.append(" union select key_id from ").append(table).append(" where key_id is not null");
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(query.toString());
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(row.getString(1));
            }
        }
        return ids;
    }
}
