package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.ScriptedProvider.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The provider's own ways: a fake that proves something has to be proven first. */
class ScriptedProviderTest {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ScriptedProvider provider = ScriptedProvider.telling("fake", Rotation.strict());

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void eachRefreshTokenIsGoodForOnce() throws Exception {
        // Given
        String first = provider.refreshTokenOf("alice");

        // When
        Answer granted = refresh(first);
        Answer next = refresh(granted.text("refresh_token"));

        // Then
        assertThat(granted.status()).isEqualTo(200);
        assertThat(granted.text("refresh_token")).isNotEqualTo(first);
        assertThat(next.status()).isEqualTo(200);
        assertThat(provider.log().refreshes()).extracting(Refresh::outcome).containsExactly("granted", "granted");
        assertThat(provider.log().refreshes())
                .allMatch(refresh -> refresh.subject().equals("alice"));
    }

    @Test
    void aReplacedTokenEndsTheWholeGrantWhereThatIsTakenForTheft() throws Exception {
        // Given
        String first = provider.refreshTokenOf("alice");
        String second = refresh(first).text("refresh_token");

        // When
        Answer again = refresh(first);
        Answer late = refresh(second);

        // Then
        assertThat(again.text("error")).isEqualTo("invalid_grant");
        assertThat(late.text("error")).isEqualTo("invalid_grant");
        assertThat(provider.knows("alice")).isFalse();
        assertThat(provider.log().refreshes()).extracting(Refresh::revoked).containsExactly(false, true, false);
        assertThat(provider.log().refreshes()).extracting(Refresh::reused).containsExactly(false, true, false);
    }

    @Test
    void aReplacedTokenGivesTheSameSuccessorWhileThatIsForgiven() throws Exception {
        // Given
        provider.rotate(Rotation.forgiving(Duration.ofMinutes(1)));
        String first = provider.refreshTokenOf("alice");

        // When
        Answer one = refresh(first);
        Answer other = refresh(first);

        // Then
        assertThat(other.text("refresh_token")).isEqualTo(one.text("refresh_token"));
        assertThat(other.text("access_token")).isNotEqualTo(one.text("access_token"));
        assertThat(provider.knows("alice")).isTrue();
    }

    @Test
    void theEntryDeclaresIt() {
        provider.close();
        provider = ScriptedProvider.telling("fake", Rotation.forgiving(Duration.ofSeconds(30)));
        assertThat(provider.entry()).contains("refresh: {rotates: true, reuse_grace_seconds: 30}");
    }

    @Test
    void itKnowsUntilWhenATokenIsGood() throws Exception {
        // Given
        provider.lifetime(Duration.ofSeconds(5));
        long before = System.nanoTime();
        String token = refresh(provider.refreshTokenOf("alice")).text("access_token");
        long now = System.nanoTime();

        // Then
        assertThat(provider.log().wasValid(token, now, now)).isTrue();
        assertThat(provider.log().wasValid(token, 0, before)).isFalse();
        assertThat(provider.log().wasValid(token, now + 5_000_000_000L, now + 5_000_000_000L))
                .isFalse();
        assertThat(provider.log().wasValid("made up", now, now)).isFalse();
        assertThat(provider.log().holderOf(token)).contains("alice");
    }

    @Test
    void anAnswerThatDoesNotArriveIsWrittenDownAsUndelivered() throws Exception {
        // Given
        List<Delivery> ways = List.of(Delivery.never(), Delivery.halfAndClose(), Delivery.halfAndReset());
        ways.forEach(way -> provider.next(Endpoint.TOKEN, Script.properly(way)));

        // When
        String token = provider.refreshTokenOf("alice");
        assertThatThrownBy(() -> refresh(token)).isInstanceOf(IOException.class);
        String second = lastSuccessor();
        assertThatThrownBy(() -> refresh(second)).isInstanceOf(IOException.class);
        String third = lastSuccessor();
        assertThatThrownBy(() -> refresh(third)).isInstanceOf(IOException.class);

        // Then
        assertThat(provider.log().refreshes()).extracting(Refresh::outcome).containsOnly("granted");
        assertThat(provider.log().refreshes()).extracting(Refresh::delivered).containsExactly(false, false, false);
    }

    @Test
    void aDripIsWholeInTheEnd() throws Exception {
        // Given
        provider.next(Endpoint.TOKEN, Script.properly(Delivery.drip(Duration.ofMillis(1))));

        // When
        Answer granted = refresh(provider.refreshTokenOf("alice"));

        // Then
        assertThat(granted.text("access_token")).isNotEmpty();
        // It is written down after the last byte has left, which may be after it was read.
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(provider.log().refreshes())
                        .extracting(Refresh::delivered)
                        .containsExactly(true));
    }

    @Test
    void aProcessCanBeKilledBetweenTheRotationAndItsAnswer() throws Exception {
        // Given
        Process client = new ProcessBuilder("sleep", "60").start();
        provider.next(
                Endpoint.TOKEN,
                Script.properly(Delivery.between(() -> Signals.stop(client.pid()), () -> Signals.kill(client.pid()))));

        // When
        refresh(provider.refreshTokenOf("alice"));

        // Then
        assertThat(client.waitFor()).isEqualTo(128 + 9);
    }

    private String lastSuccessor() {
        return provider.log().refreshes().getLast().successor().orElseThrow();
    }

    private Answer refresh(String token) throws Exception {
        Map<String, String> settings = provider.settings();
        String client = Uris.encode(settings.get("GRANTKEEPER_FAKE_CLIENT_ID")) + ":"
                + Uris.encode(settings.get("GRANTKEEPER_FAKE_CLIENT_SECRET"));
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(provider.url() + "/token"))
                        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(client.getBytes(UTF_8)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(
                                Uris.form(Map.of("grant_type", "refresh_token", "refresh_token", token))))
                        .build(),
                BodyHandlers.ofString());
        return Answer.of(response);
    }
}
