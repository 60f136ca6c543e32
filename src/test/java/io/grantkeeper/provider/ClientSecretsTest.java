package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientSecretsTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final Function<String, Optional<String>> TEAM =
            field -> Optional.of(field.equals("team_id") ? "ABCDE12345" : "FGHIJ67890");
    private static final Provider APPLE = TestProviders.of("""
            id: fruit
            name: Fruit
            authorization_url: https://id.fruit.example/authorize
            token_url: https://id.fruit.example/token
            client_auth: post
            client_fields:
              team_id: {label: Team, example: ABCDE12345, pattern: '[A-Z0-9]{10}'}
              key_id: {label: Key, example: FGHIJ67890, pattern: '[A-Z0-9]{10}'}
            client_secret_jwt: {audience: 'https://id.fruit.example', issuer: '{team_id}', key_id: '{key_id}', ttl: 3600}
            """);

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final ClientSecrets secrets = new ClientSecrets(now::get);

    @Test
    void appleIsShownATokenThatTheDevelopersKeyHasSigned() {
        // When
        String shown = shown(APPLE.operated(TEAM), TestKeys.pem());

        // Then
        assertThat(TestKeys.hasSigned(shown)).isTrue();
        assertThat(TestKeys.part(shown, 0)).isEqualTo("{\"alg\":\"ES256\",\"kid\":\"FGHIJ67890\",\"typ\":\"JWT\"}");
        assertThat(TestKeys.part(shown, 1))
                .isEqualTo("{\"iss\":\"ABCDE12345\",\"iat\":" + (NOW.getEpochSecond() - 30) + ",\"exp\":"
                        + (NOW.getEpochSecond() + 3600) + ",\"aud\":\"https://id.fruit.example\",\"sub\":\"cid\"}");
    }

    @Test
    void whatWasMadeIsShownUntilShortlyBeforeItsEnd() {
        // Given
        Provider apple = APPLE.operated(TEAM);
        String first = shown(apple, TestKeys.pem());

        // When
        now.set(NOW.plus(Duration.ofMinutes(59)).minusMillis(1));
        String second = shown(apple, TestKeys.pem());
        now.set(NOW.plus(Duration.ofMinutes(59)));
        String third = shown(apple, TestKeys.pem());

        // Then
        assertThat(second).isEqualTo(first);
        assertThat(third).isNotEqualTo(first);
        assertThat(TestKeys.hasSigned(third)).isTrue();
    }

    @Test
    void aClientOfAnAccountsOwnHasAKeyOfItsOwn() {
        // Given
        Provider apple = APPLE.operated(TEAM);
        String ours = shown(apple, TestKeys.pem());

        // When
        String theirs = shown(apple, TestKeys.pem(TestKeys.pair("EC", "secp256r1")));

        // Then
        assertThat(TestKeys.hasSigned(ours)).isTrue();
        assertThat(TestKeys.hasSigned(theirs)).isFalse();
    }

    @Test
    void lineEndsMayBeWrittenInTwoCharacters() {
        // Given
        Secret inOneLine = Secret.of(TestKeys.pem().reveal().replace("\n", "\\n"));

        // Then
        assertThat(TestKeys.hasSigned(shown(APPLE.operated(TEAM), inOneLine))).isTrue();
    }

    static Stream<Secret> unreadable() {
        String pem = TestKeys.pem().reveal();
        return Stream.of(
                Secret.of("hush"),
                Secret.of(pem.replace("PRIVATE", "EC PRIVATE")),
                Secret.of(pem.substring(0, pem.length() / 2)),
                Secret.of(pem.replace("\nM", "\n!")),
                Secret.of("-----BEGIN PRIVATE KEY-----END PRIVATE KEY-----"),
                Secret.of("-----BEGIN PRIVATE KEY-----aGk=-----END PRIVATE KEY-----"),
                TestKeys.pem(TestKeys.pair("EC", "secp384r1")),
                TestKeys.pem(TestKeys.pair("RSA", "")),
                TestKeys.pem(TestKeys.pair("Ed25519", "")));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatIsNoKeyIsShownToNobody(Secret secret) {
        assertThat(secrets.showing(counterparty(APPLE.operated(TEAM), secret))).isEmpty();
    }

    @Test
    void aKeyIsShownToNobodyWhileTheOperatorHasNotSetWhoseItIs() {
        assertThat(secrets.showing(counterparty(APPLE.operated(field -> Optional.empty()), TestKeys.pem())))
                .isEmpty();
    }

    @Test
    void elsewhereTheSecretIsShownAsItIs() {
        assertThat(shown(TestProviders.acme(), Secret.of("hush"))).isEqualTo("hush");
    }

    @Test
    void noKeyIsInAnyText() {
        // Given
        Secret pem = TestKeys.pem();

        // Then
        assertThat(SigningKey.read(pem).orElseThrow().toString()).isEqualTo("SigningKey[***]");
        assertThat(secrets.showing(counterparty(APPLE.operated(TEAM), pem)).toString())
                .doesNotContain(pem.reveal().substring(40, 60))
                .doesNotContain("eyJ");
    }

    private String shown(Provider provider, Secret secret) {
        return secrets.showing(counterparty(provider, secret))
                .flatMap(showing -> showing.client().secret())
                .map(Secret::reveal)
                .orElseThrow();
    }

    private static Counterparty counterparty(Provider provider, Secret secret) {
        return new Counterparty(
                provider,
                provider.endpoints().complete().orElseThrow(),
                new ClientRegistration("cid", Optional.of(secret)),
                () -> URI.create("https://keeper.example/callback"));
    }
}
