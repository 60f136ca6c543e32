package io.grantkeeper.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.client.TestClients;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.TestProviders;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which clients are kept, in a real PostgreSQL. */
class UsedClientsTest {

    private static final Provider ACME = TestProviders.acme();
    private static TestClients database;

    private final UsedClients clients = new UsedClients(
            database.pool(),
            database.replica(
                            "k1",
                            Map.of("GRANTKEEPER_ACME_CLIENT_ID", "ours", "GRANTKEEPER_ACME_CLIENT_SECRET", "hush"),
                            ACME)
                    .remembered());

    @BeforeAll
    static void aDatabase() {
        database = TestClients.in("grantkeeper_used_clients");
    }

    @AfterAll
    static void noDatabase() {
        database.close();
    }

    @BeforeEach
    void nothing() {
        database.sql().execute("delete from client");
        database.sql().execute("delete from connection");
        database.sql().execute("delete from pending_import");
        database.sql().execute("delete from revocation_outbox");
    }

    @Test
    void theClientOfAnOlderConnectionIsRememberedWhileItIsStillTheConfiguredOne() {
        // Given
        connection("org_1", "ours", false);

        // When
        keep();

        // Then
        assertThat(database.sql().ask("select account_id || provider || client_id from client"))
                .containsExactly("acmeours");
    }

    @Test
    void oneThatNoConnectionNeedsIsNot() {
        // Given
        connection("org_1", "another", false);
        connection("org_1", "ours", true);

        // When
        keep();

        // Then
        assertThat(database.sql().ask("select client_id from client")).isEmpty();
    }

    @Test
    void whatNothingNeedsIsForgottenAfterADay() {
        // Given
        stored("org_1", "put away", "25 hours", false);
        stored("org_1", "just put away", "23 hours", false);
        stored("org_1", "present", "25 hours", true);
        stored("", "operators", "25 hours", false);

        // When
        keep();

        // Then
        assertThat(database.sql().ask("select client_id from client"))
                .containsExactlyInAnyOrder("just put away", "present");
    }

    @Test
    void whatAConnectionNeedsIsKept() {
        // Given
        stored("org_1", "own", "25 hours", false);
        stored("org_2", "own", "25 hours", false);
        stored("", "operators", "25 hours", false);
        connection("org_1", "own", false);
        connection("org_2", "own", true);
        connection("org_2", "operators", false);

        // When
        keep();

        // Then
        assertThat(database.sql().ask("select account_id || client_id from client"))
                .containsExactlyInAnyOrder("org_1own", "operators");
    }

    @Test
    void whatAnImportOrARevocationNeedsIsKept() {
        // Given
        stored("org_1", "importing", "25 hours", false);
        stored("org_2", "revoking", "25 hours", false);
        database.sql().execute("""
                insert into pending_import (
                    id, account_id, created_by, provider, scopes, client_id, sealed_refresh, key_id, imported_fingerprint)
                values (?, 'org_1', 'ada', 'acme', '{}', 'importing', '\\x00', 'k1', '\\x00')
                """, UUID.randomUUID());
        database.sql().execute("""
                insert into revocation_outbox (id, account_id, provider, sealed_token, token_kind, client_id)
                values (?, 'org_2', 'acme', '\\x00', 'refresh_token', 'revoking')
                """, UUID.randomUUID());

        // When
        keep();

        // Then
        assertThat(database.sql().ask("select client_id from client"))
                .containsExactlyInAnyOrder("importing", "revoking");
    }

    private void keep() {
        clients.keep().await().indefinitely();
    }

    private static void connection(String account, String client, boolean brought) {
        UUID id = UUID.randomUUID();
        database.sql()
                .execute(
                        "insert into connection (id, account_id, created_by, provider, grant_type, granted_scopes)"
                                + " values (?, ?, 'ada', 'acme', 'authorization_code', '{}')",
                        id,
                        account);
        database.sql()
                .execute(
                        "insert into credential (connection_id, token_type, sealed_access, access_obtained_at, key_id,"
                                + " client_id, sealed_client_secret) values (?, 'bearer', '\\x00', clock_timestamp(),"
                                + " 'k1', ?, case when ? then '\\x00'::bytea end)",
                        id,
                        client,
                        brought);
    }

    private static void stored(String account, String client, String ago, boolean present) {
        database.sql()
                .execute(
                        "insert into client (account_id, provider, client_id, sealed_secret, key_id, present, used_at)"
                                + " values (?, 'acme', ?, '\\x00', 'k1', ?, now() - ?::interval)",
                        account,
                        client,
                        present,
                        ago);
    }
}
