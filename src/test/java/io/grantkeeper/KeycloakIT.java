package io.grantkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.Home;
import io.grantkeeper.testing.Keycloak;
import io.grantkeeper.testing.PackagedService;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job at an authorization server that enforces PKCE and takes each refresh token once. */
@Tag("keycloak")
class KeycloakIT {

    private static final Duration LIFESPAN = Duration.ofSeconds(4);

    private static Keycloak keycloak;
    private static PackagedService service;
    private static Browser browser;

    @BeforeAll
    static void start(@TempDir Path providers) throws IOException {
        PackagedService.Setup setup = PackagedService.embedded("keycloak", Home.fresh("keycloak"));
        keycloak = Keycloak.start(LIFESPAN, URI.create(setup.publicUrl() + "/api/apps/callback/*"));
        Files.writeString(providers.resolve("acme.yaml"), keycloak.entry("acme"));
        Files.writeString(providers.resolve("bare.yaml"), keycloak.bareEntry("bare"));
        service = setup.set("GRANTKEEPER_PROVIDERS_DIR", providers)
                .set("GRANTKEEPER_ACME_CLIENT_ID", Keycloak.CLIENT_ID)
                .set("GRANTKEEPER_ACME_CLIENT_SECRET", keycloak.clientSecret())
                .set("GRANTKEEPER_ACME_ALLOW_PRIVATE", "true")
                .set("GRANTKEEPER_BARE_CLIENT_ID", Keycloak.CLIENT_ID)
                .set("GRANTKEEPER_BARE_CLIENT_SECRET", keycloak.clientSecret())
                .set("GRANTKEEPER_BARE_ALLOW_PRIVATE", "true")
                .start();
        browser = new Browser().signInAsOwner(service);
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    @Test
    void aConnectionLivesThroughManyRotationsAndEndsAtTheProviderToo() {
        // Given
        Answer page =
                keycloak.connect(browser, browser.click(service.url().resolve("/api/apps/authorize?provider=acme")));
        assertThat(page.status()).as(page.toString()).isEqualTo(200);
        Answer connections = service.owner().get("/api/apps?provider=acme");
        String id = connections.json().path("items").path(0).path("id").asText();
        assertThat(connections
                        .json()
                        .path("items")
                        .path(0)
                        .path("providerAccountName")
                        .asText())
                .isEqualTo("Alice Doe");

        // When
        List<String> tokens = new ArrayList<>();
        for (int rotation = 0; rotation < 3; rotation++) {
            Answer answer = service.owner().get("/api/apps/" + id + "/token");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            assertThat(keycloak.honours(answer.accessToken())).isTrue();
            tokens.add(answer.accessToken());
            awaitExpiry(answer);
        }
        Answer last = service.owner().get("/api/apps/" + id + "/token");
        Answer removed = service.owner().delete("/api/apps/" + id);

        // Then
        assertThat(tokens).doesNotHaveDuplicates().doesNotContain(last.accessToken());
        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.header("Grantkeeper-Revocation")).contains("done");
        assertThat(keycloak.honours(last.accessToken())).isFalse();
        assertThat(service.owner().get("/api/apps/" + id + "/token").status()).isEqualTo(404);
    }

    @Test
    void anIssuerAndAClientAreEnoughToConnectAndToRefresh() {
        // Given
        String session = browser.cookie(service.url(), "grantkeeper_session").orElseThrow();
        Browser somebody = new Browser().setCookie(service.url(), "grantkeeper_session", session);
        Answer page =
                keycloak.connect(somebody, somebody.click(service.url().resolve("/api/apps/authorize?provider=bare")));
        assertThat(page.status()).as(page.toString()).isEqualTo(200);

        // When
        Answer first = service.owner().get("/api/apps/token?provider=bare");
        awaitExpiry(first);
        Answer second = service.owner().get("/api/apps/token?provider=bare");

        // Then
        assertThat(first.text("providerAccountName")).isEqualTo("Alice Doe");
        assertThat(second.accessToken()).isNotEqualTo(first.accessToken());
        assertThat(keycloak.honours(second.accessToken())).isTrue();
    }

    @Test
    void ourClientGetsTokensForItself() {
        // Given
        Answer made = service.owner().post("/api/apps", "{\"provider\": \"acme\", \"grant\": \"client_credentials\"}");
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        String id = made.text("id");
        Answer first = service.owner().get("/api/apps/" + id + "/token");
        awaitExpiry(first);

        // When
        Answer second = service.owner().get("/api/apps/" + id + "/token");

        // Then
        assertThat(second.status()).as(second.toString()).isEqualTo(200);
        assertThat(second.accessToken()).isNotEqualTo(first.accessToken());
    }

    private static void awaitExpiry(Answer token) {
        Instant expiry = Instant.parse(token.text("expiresAt"));
        await().atMost(Duration.ofSeconds(30)).until(() -> Instant.now().isAfter(expiry.plusSeconds(1)));
    }
}
