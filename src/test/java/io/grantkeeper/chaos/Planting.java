package io.grantkeeper.chaos;

import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.SealContext;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import io.grantkeeper.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Puts connections into the tables as the service itself would have, with seals that open. */
final class Planting {

    private static final String CONNECTION = """
            insert into connection (
                id, account_id, created_by, provider, issuer, provider_subject, grant_type, granted_scopes)
            select ?, account_id, created_by, ?, ?, ?, grant_type, granted_scopes from connection where id = ?
            """;

    private static final String CREDENTIAL = """
            insert into credential (
                connection_id, token_type, sealed_access, access_obtained_at, access_expires_at, sealed_refresh,
                refresh_fingerprint, key_id, client_id)
            values (?, 'Bearer', ?, clock_timestamp() - interval '2 hours', clock_timestamp() - interval '1 hour', ?, ?,
                ?, ?)
            """;

    private final TestDatabase database;
    private final Sealer sealer;

    Planting(TestDatabase database, Path keyRing) {
        this.database = database;
        KeyRing ring = read(keyRing);
        this.sealer = new Sealer(() -> ring, Planting::random);
    }

    private static KeyRing read(Path file) {
        try {
            return KeyRing.parse(Files.readString(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** @param like a connection of the same account */
    void plant(String like, List<Connected> connections) {
        String account = database.ask("select account_id from connection where id = ?::uuid", like)
                .getFirst();
        try (Connection session = database.connect();
                PreparedStatement connection = session.prepareStatement(CONNECTION);
                PreparedStatement credential = session.prepareStatement(CREDENTIAL)) {
            session.setAutoCommit(false);
            for (Connected each : connections) {
                bind(connection, each, UUID.fromString(like));
                bind(credential, each, account);
            }
            connection.executeBatch();
            credential.executeBatch();
            session.commit();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void bind(PreparedStatement statement, Connected connection, UUID like) throws SQLException {
        statement.setObject(1, UUID.fromString(connection.id()));
        statement.setString(2, connection.provider().id());
        statement.setString(3, connection.provider().url());
        statement.setString(4, connection.subject());
        statement.setObject(5, like);
        statement.addBatch();
    }

    private void bind(PreparedStatement statement, Connected connection, String account) throws SQLException {
        Secret refreshToken = Secret.of(connection.provider().refreshTokenOf(connection.subject()));
        statement.setObject(1, UUID.fromString(connection.id()));
        statement.setBytes(2, sealer.seal(Secret.of("expired"), context("sealed_access", connection, account)));
        statement.setBytes(3, sealer.seal(refreshToken, context("sealed_refresh", connection, account)));
        statement.setBytes(4, sealer.fingerprint(refreshToken));
        statement.setString(5, sealer.primaryKeyId());
        statement.setString(6, connection.provider().clientId());
        statement.addBatch();
    }

    private static SealContext context(String column, Connected connection, String account) {
        return SealContext.of(
                "credential",
                column,
                connection.id(),
                account,
                connection.provider().id(),
                connection.provider().url());
    }
}
