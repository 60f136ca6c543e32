package io.grantkeeper.bench;

import io.grantkeeper.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A million connections of others, a hundred thousand accounts, as they lie there after a year. Nobody asks for them. */
final class Crowd {

    private static final String CONNECTIONS = """
            insert into connection (id, account_id, created_by, provider, issuer, provider_subject, provider_account_id,
                provider_account_name, grant_type, granted_scopes, status, error_code, error_at, created_at)
            select uuidv7(-(interval '365 days' * i / %1$d)), 'account-' || i %% 100000, 'user-' || i %% 100000,
                (array['google', 'github', 'spotify', 'scripted'])[1 + i %% 4], 'https://issuer.example',
                'subject-' || i, 'person-' || i || '@example.com', 'Person ' || i, 'authorization_code',
                array['openid', 'email', 'profile'],
                case when i %% 50 = 0 then 'error' else 'active' end,
                case when i %% 50 = 0 then 'invalid_grant' end,
                case when i %% 50 = 0 then clock_timestamp() - interval '365 days' * i / %1$d end,
                clock_timestamp() - interval '365 days' * i / %1$d
            from generate_series(1, %1$d) i
            """;

    /** As long as real ones are sealed; all refresh tokens are used within a half year, none is due now. */
    private static final String CREDENTIALS = """
            insert into credential (connection_id, version, token_type, sealed_access, access_obtained_at,
                access_expires_at, refreshed_at, sealed_refresh, refresh_fingerprint, key_id, client_id, lease_fence,
                keep_alive_at)
            select id, 10, 'Bearer', decode(repeat(md5(id::text), 8), 'hex'), clock_timestamp() - interval '2 hours',
                clock_timestamp() - interval '1 hour', clock_timestamp() - interval '2 hours',
                decode(repeat(md5(id::text), 6), 'hex'), sha256(id::text::bytea), 'k1', 'client-of-' || provider, 9,
                case when status = 'active' then clock_timestamp() + interval '1 day' + random() * interval '180 days' end
            from connection where account_id like 'account-%'
            """;

    /** One in ten is in use, with hours before its token is to be renewed. */
    private static final String USES = """
            insert into connection_use (connection_id, last_used_at, renew_at)
            select id, clock_timestamp() - random() * interval '30 days',
                case when random() < 0.1 then clock_timestamp() + interval '1 day' + random() * interval '1 day' end
            from connection where account_id like 'account-%'
            """;

    private Crowd() {}

    static void move(TestDatabase into, int connections) throws SQLException {
        try (Connection session = into.connect();
                Statement statement = session.createStatement()) {
            statement.execute(CONNECTIONS.formatted(connections));
            statement.execute(CREDENTIALS);
            statement.execute(USES);
            statement.execute("vacuum analyze");
        }
    }
}
