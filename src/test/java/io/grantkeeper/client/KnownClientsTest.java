package io.grantkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.TestProviders;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of clients, in a real PostgreSQL, by replicas with different settings. */
class KnownClientsTest {

    private static final Provider ACME = TestProviders.acme();
    private static final AccountId ACCOUNT = new AccountId("org_1");
    private static final AccountId OTHER = new AccountId("org_2");
    private static TestClients database;

    private final TestClients.Replica first = replica("first", "hush-1");

    @BeforeAll
    static void aDatabase() {
        database = TestClients.in("grantkeeper_clients");
    }

    @AfterAll
    static void noDatabase() {
        database.close();
    }

    @BeforeEach
    void nothing() {
        database.sql().execute("delete from client");
    }

    @Test
    void aClientIsFoundAfterTheSettingsNameAnother() {
        // Given
        remember(first, client("first", "hush-1"));

        // When
        TestClients.Replica later = replica("second", "hush-2");

        // Then
        assertThat(find(later, "first", ACCOUNT)).contains(client("first", "hush-1"));
        assertThat(find(later, "second", ACCOUNT)).contains(client("second", "hush-2"));
        assertThat(find(later, "third", ACCOUNT)).isEmpty();
    }

    @Test
    void aRotatedSecretCountsBeforeWhatIsRememberedAndIsRememberedInItsPlace() {
        // Given
        remember(first, client("first", "hush-1"));
        TestClients.Replica rotated = replica("first", "hush-2");

        // When
        Optional<ClientRegistration> found = find(rotated, "first", ACCOUNT);
        remember(rotated, client("first", "hush-2"));

        // Then
        assertThat(found).contains(client("first", "hush-2"));
        assertThat(find(replica("second", "hush-3"), "first", ACCOUNT)).contains(client("first", "hush-2"));
    }

    @Test
    void whatAReplicaWroteItDoesNotWriteAgain() {
        // Given
        remember(first, client("first", "hush-1"));
        String row = row();

        // When
        remember(first, client("first", "hush-1"));

        // Then
        assertThat(row()).isEqualTo(row);
        assertThat(first.remembered().unwritten()).isEmpty();
    }

    @Test
    void whatCameToNothingIsWrittenAgain() {
        // Given: the transaction was rolled back.
        first.remembered()
                .remember(database.pool(), ACME, client("first", "hush-1"))
                .await()
                .indefinitely();
        nothing();

        // When
        remember(first, client("first", "hush-1"));

        // Then
        assertThat(row()).contains("first");
    }

    @Test
    void aClientThatIsNotTheOperatorsIsNotRememberedAsIt() {
        // When
        remember(first, client("first", "another secret"));
        remember(first, client("another", "hush-1"));

        // Then
        assertThat(database.sql().ask("select client_id from client")).isEmpty();
    }

    @Test
    void anAccountsOwnClientIsNobodyElses() {
        // Given
        bring(ACCOUNT, client("own", "theirs"));

        // Then
        assertThat(find(first, "own", ACCOUNT)).contains(client("own", "theirs"));
        assertThat(find(first, "own", OTHER)).isEmpty();
        assertThat(present(ACCOUNT)).isEqualTo(client("own", "theirs"));
        assertThat(present(OTHER)).isEqualTo(client("first", "hush-1"));
    }

    @Test
    void anAccountsOwnClientCountsBeforeAnOlderOneOfTheOperatorsOfItsId() {
        // Given
        remember(first, client("first", "hush-1"));
        bring(ACCOUNT, client("first", "theirs"));
        TestClients.Replica later = replica("second", "hush-2");

        // Then
        assertThat(find(later, "first", ACCOUNT)).contains(client("first", "theirs"));
        assertThat(find(later, "first", OTHER)).contains(client("first", "hush-1"));
        assertThat(find(first, "first", ACCOUNT)).contains(client("first", "hush-1"));
    }

    @Test
    void whereTheOperatorHasNoneAnAccountsOwnWillDo() {
        // Given
        TestClients.Replica without = database.replica("k1", Map.of(), ACME);
        bring(ACCOUNT, client("own", "theirs"));

        // Then
        assertThat(without.present()
                        .require(ACCOUNT, ACME)
                        .await()
                        .indefinitely()
                        .id())
                .isEqualTo("own");
        assertThatThrownBy(() -> without.present().require(OTHER, ACME).await().indefinitely())
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.code()).isEqualTo(ProblemCode.PROVIDER_NOT_CONFIGURED));
    }

    @Test
    void aPublicClientIsRememberedWithoutASecret() {
        // Given
        Provider open = TestProviders.of("""
                id: acme
                name: Acme
                authorization_url: https://login.acme.example/authorize
                token_url: https://login.acme.example/token
                client_auth: none
                """);
        Map<String, String> settings = Map.of("GRANTKEEPER_ACME_CLIENT_ID", "open");
        TestClients.Replica replica = database.replica("k1", settings, open);

        // When
        remember(replica, open, new ClientRegistration("open", Optional.empty()));

        // Then
        assertThat(find(database.replica("k1", Map.of(), open), "open", ACCOUNT))
                .contains(new ClientRegistration("open", Optional.empty()));
    }

    @Test
    void A101_aSecretDoesNotOpenForAnEntryThatWasPointedElsewhere() {
        // Given
        remember(first, client("first", "hush-1"));
        bring(ACCOUNT, client("own", "theirs"));
        Provider moved = TestProviders.of("""
                id: acme
                name: Acme
                authorization_url: https://login.acme.example/authorize
                token_url: https://evil.example/token
                """);

        // When
        TestClients.Replica replica = database.replica("k1", Map.of(), moved);

        // Then
        assertThatThrownBy(() -> find(replica, "first", ACCOUNT)).isInstanceOf(SealBroken.class);
        assertThatThrownBy(() -> find(replica, "own", ACCOUNT)).isInstanceOf(SealBroken.class);
    }

    @Test
    void A121_aSecretDoesNotOpenInAnotherAccountsRowNorUnderAnotherId() {
        // Given
        bring(ACCOUNT, client("own", "theirs"));

        // When
        database.sql()
                .execute("insert into client (account_id, provider, client_id, sealed_secret, key_id)"
                        + " select 'org_2', provider, client_id, sealed_secret, key_id from client");
        database.sql()
                .execute(
                        "insert into client (account_id, provider, client_id, sealed_secret, key_id)"
                                + " select 'org_1', provider, 'another', sealed_secret, key_id from client where account_id = 'org_1'");

        // Then
        assertThatThrownBy(() -> find(first, "own", OTHER)).isInstanceOf(SealBroken.class);
        assertThatThrownBy(() -> find(first, "another", ACCOUNT)).isInstanceOf(SealBroken.class);
        assertThat(find(first, "own", ACCOUNT)).contains(client("own", "theirs"));
    }

    @Test
    void whatAnOlderKeySealedIsSealedAnewAndWhatDoesNotOpenIsPassedOver() {
        // Given
        remember(first, client("first", "hush-1"));
        bring(ACCOUNT, client("own", "theirs"));
        database.sql()
                .execute(
                        "insert into client (account_id, provider, client_id, sealed_secret, key_id)"
                                + " values ('org_0', 'acme', 'broken', '\\x00', 'k1'), ('org_0', 'gone', 'broken', '\\x00', 'k1')");

        // When
        TestClients.Replica promoted = database.replica("k2", Map.of(), ACME);
        promoted.reseals().reseal(Set.of("k1")).await().indefinitely();

        // Then
        assertThat(database.sql().ask("select client_id from client where key_id = 'k2' order by 1"))
                .containsExactly("first", "own");
        assertThat(database.sql().ask("select client_id from client where key_id = 'k1'"))
                .containsOnly("broken");
        assertThat(find(promoted, "first", ACCOUNT)).contains(client("first", "hush-1"));
        assertThat(find(promoted, "own", ACCOUNT)).contains(client("own", "theirs"));
    }

    private static TestClients.Replica replica(String id, String secret) {
        return database.replica(
                "k1", Map.of("GRANTKEEPER_ACME_CLIENT_ID", id, "GRANTKEEPER_ACME_CLIENT_SECRET", secret), ACME);
    }

    private static void remember(TestClients.Replica replica, ClientRegistration client) {
        remember(replica, ACME, client);
    }

    private static void remember(TestClients.Replica replica, Provider provider, ClientRegistration client) {
        RememberedClients remembered = replica.remembered();
        remembered.remember(database.pool(), provider, client).await().indefinitely();
        remembered.remembered(provider, client);
    }

    private void bring(AccountId account, ClientRegistration client) {
        database.sql()
                .execute(
                        "insert into client (account_id, provider, client_id, sealed_secret, key_id, present)"
                                + " values (?, 'acme', ?, ?, 'k1', true)",
                        account.value(),
                        client.id(),
                        first.seals().seal(account.value(), ACME, client));
    }

    private static Optional<ClientRegistration> find(TestClients.Replica replica, String id, AccountId account) {
        return replica.known().find(id, account, ACME, Optional.empty()).await().indefinitely();
    }

    private ClientRegistration present(AccountId account) {
        return first.present().require(account, ACME).await().indefinitely();
    }

    private static String row() {
        return String.join("\n", database.sql().ask("select c::text from client c"));
    }

    private static ClientRegistration client(String id, String secret) {
        return new ClientRegistration(id, Optional.of(Secret.of(secret)));
    }
}
