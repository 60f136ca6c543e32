package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryTest {

    private static final String OPENID = "https://login.acme.example/tenant/.well-known/openid-configuration";
    private static final String OAUTH = "https://login.acme.example/.well-known/oauth-authorization-server/tenant";
    private static final String DOCUMENT = """
            {"issuer": "https://login.acme.example/tenant",
             "authorization_endpoint": "https://login.acme.example/authorize",
             "token_endpoint": "https://login.acme.example/token",
             "revocation_endpoint": "https://login.acme.example/revoke",
             "userinfo_endpoint": "https://login.acme.example/userinfo",
             "authorization_response_iss_parameter_supported": true}
            """;

    private final Web web = new Web();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Discovery discovery = new Discovery(web, () -> now);
    private final Provider acme = acme("");

    @Test
    void anEntryThatSaysAllAsksNobody() {
        // When
        Endpoints endpoints = endpoints(TestProviders.acme());

        // Then
        assertThat(endpoints.token()).isEqualTo(URI.create("https://login.acme.example/token"));
        assertThat(web.asked).isEmpty();
    }

    @Test
    void anIssuerTellsItsEndpoints() {
        // Given
        web.publish(OPENID, DOCUMENT);

        // When
        Endpoints endpoints = endpoints(acme);

        // Then
        assertThat(endpoints)
                .isEqualTo(new Endpoints(
                        URI.create("https://login.acme.example/authorize"),
                        URI.create("https://login.acme.example/token"),
                        Optional.empty(),
                        Optional.of(new Revocation(Revocation.Style.RFC7009, "https://login.acme.example/revoke")),
                        Optional.of(URI.create("https://login.acme.example/userinfo")),
                        Optional.of("https://login.acme.example/tenant"),
                        true));
    }

    @Test
    void whatTheEntrySaysComesFirst() {
        // Given
        web.publish(OPENID, DOCUMENT);

        // When
        Endpoints endpoints = endpoints(acme("token_url: https://eu.acme.example/token"));

        // Then
        assertThat(endpoints.token()).isEqualTo(URI.create("https://eu.acme.example/token"));
        assertThat(endpoints.authorization()).isEqualTo(URI.create("https://login.acme.example/authorize"));
    }

    @Test
    void anIssuerWithoutOpenIdConnectIsAskedAsOAuthHasIt() {
        // Given
        web.publish(OAUTH, DOCUMENT);

        // When
        Endpoints endpoints = endpoints(acme);

        // Then
        assertThat(endpoints.token()).isEqualTo(URI.create("https://login.acme.example/token"));
        assertThat(web.asked).containsExactly(OPENID, OAUTH);
    }

    @Test
    void anIssuerMayEndInASlash() {
        assertThat(DiscoveryDocument.addresses("https://acme.example/"))
                .containsExactly(
                        URI.create("https://acme.example/.well-known/openid-configuration"),
                        URI.create("https://acme.example/.well-known/oauth-authorization-server"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.acme.example/tenant/",
                "https://login.acme.example",
                "https://LOGIN.acme.example/tenant",
                "https://login.acme.example:443/tenant",
                "https://evil.example/tenant"
            })
    void A28_theDocumentOfAnotherIssuerIsNotBelieved(String issuer) {
        // Given
        web.publish(OPENID, DOCUMENT.replace("https://login.acme.example/tenant", issuer));

        // Then
        assertThatThrownBy(() -> endpoints(acme)).isInstanceOfSatisfying(EgressFailure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(EgressFailure.Kind.NOT_SENT);
            assertThat(failure).hasMessageContaining("another issuer");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "token_endpoint": "https://login          | "token_endpoint": "http://login
                    "authorization_endpoint": "https://login  | "authorization_endpoint": "https://user@login
                    "userinfo_endpoint": "https://login.acme.example | "userinfo_endpoint": "https://127.0.0.1
                    "revocation_endpoint": "https://login     | "revocation_endpoint": "ftp://login
                    "token_endpoint"                          | "no_endpoint"
                    /authorize                                | /authorize?state=x
                    """)
    void A100_anEndpointThatNoEntryMayHaveIsNotBelieved(String good, String bad) {
        // Given
        web.publish(OPENID, DOCUMENT.replace(good, bad));

        // Then
        assertThatThrownBy(() -> endpoints(acme)).isInstanceOf(EgressFailure.class);
    }

    @Test
    void whatWasFoundIsKeptForAnHour() {
        // Given
        web.publish(OPENID, DOCUMENT);
        Endpoints found = endpoints(acme);

        // When
        now = now.plus(Duration.ofMinutes(59));
        Endpoints later = endpoints(acme);

        // Then
        assertThat(later).isEqualTo(found);
        assertThat(web.asked).hasSize(1);
    }

    @Test
    void afterAnHourTheIssuerIsAskedAgain() {
        // Given
        web.publish(OPENID, DOCUMENT);
        Endpoints found = endpoints(acme);

        // When
        web.publish(OPENID, DOCUMENT.replace("/token", "/new"));
        now = now.plus(Duration.ofHours(1));
        Endpoints later = endpoints(acme);

        // Then
        assertThat(later.token()).isNotEqualTo(found.token());
    }

    @Test
    void aFailureIsKeptForHalfAMinute() {
        // Given
        Throwable first = catchThrowable(() -> endpoints(acme));
        web.publish(OPENID, DOCUMENT);

        // When
        Throwable second = catchThrowable(() -> endpoints(acme));
        now = now.plusSeconds(30);
        Endpoints third = endpoints(acme);

        // Then
        assertThat(first).isInstanceOf(EgressFailure.class);
        assertThat(second).isInstanceOf(EgressFailure.class);
        assertThat(third.token()).isEqualTo(URI.create("https://login.acme.example/token"));
    }

    @Test
    void whatWasFoundOutlivesAProviderThatIsAway() {
        // Given
        web.publish(OPENID, DOCUMENT);
        Endpoints found = endpoints(acme);

        // When
        web.documents.clear();
        now = now.plus(Duration.ofHours(2));
        Endpoints later = endpoints(acme);

        // Then
        assertThat(later).isEqualTo(found);
    }

    private Endpoints endpoints(Provider provider) {
        return discovery.endpoints(provider).await().atMost(Duration.ofSeconds(5));
    }

    private static Provider acme(String more) {
        return TestProviders.read("""
                id: acme
                name: Acme
                issuer: https://login.acme.example/tenant
                """ + more, false);
    }

    /** The documents that are out there, and which were asked for. */
    private static final class Web implements Metadata {

        private final Map<String, String> documents = new HashMap<>();
        private final List<String> asked = new ArrayList<>();

        void publish(String address, String document) {
            documents.put(address, document);
        }

        @Override
        public Uni<JsonNode> fetch(URI document, boolean privateAllowed) {
            return Uni.createFrom().item(() -> {
                asked.add(document.toString());
                return read(document.toString());
            });
        }

        private JsonNode read(String address) {
            if (!documents.containsKey(address)) {
                throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "no document, but status 404");
            }
            try {
                return new ObjectMapper().readTree(documents.get(address));
            } catch (JsonProcessingException wrong) {
                throw new IllegalArgumentException(wrong);
            }
        }
    }
}
