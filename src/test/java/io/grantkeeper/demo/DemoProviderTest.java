package io.grantkeeper.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.TestSettings;
import io.grantkeeper.provider.YamlProviders;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoProviderTest {

    private static final String SCOPE = "openid profile email notes.read";

    /** Logs each refusal with its stack. */
    private static final Logger LIBRARY = Logger.getLogger("no.nav.security");

    private Config settings;
    private Providers providers;
    private DemoProvider demo;
    private DemoClient client;

    @BeforeAll
    static void quiet() {
        LIBRARY.setLevel(Level.OFF);
    }

    @BeforeEach
    void devModeStarts() throws IOException {
        settings = TestSettings.of(Map.of(
                "GRANTKEEPER_DEMO_PORT", Integer.toString(freePort()),
                "GRANTKEEPER_DEMO_CLIENT_ID", "demo",
                "GRANTKEEPER_DEMO_CLIENT_SECRET", "demo",
                "GRANTKEEPER_DEMO_ALLOW_PRIVATE", "true"));
        demo = new DemoProvider(settings);
        providers = new YamlProviders(settings, demo.entry());
        demo.start(new StartupEvent(), providers);
        client = new DemoClient(provider().endpoints().issuer().orElseThrow());
    }

    @AfterEach
    void devModeStops() {
        demo.stop(new ShutdownEvent());
    }

    @Test
    void itStandsAmongTheProvidersWithAClient() {
        assertThat(providers.all()).extracting(Provider::id).contains("demo", "google");
        assertThat(new ClientRegistrations(settings).find(provider())).isPresent();
        assertThat(provider().presentation().envVar()).isEqualTo("DEMO_ACCESS_TOKEN");
    }

    @Test
    void thePageAsksForEveryScopeInWords() {
        // When
        HttpResponse<String> page = client.page(SCOPE);

        // Then
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("value=\"Ada Lovelace\"", "Grantkeeper at 127.0.0.1:8080 asks for")
                .containsSubsequence("<li>Sign in", "<li>Basic profile", "<li>Email address", "<li>Read your notes");
    }

    @Test
    void whatIsAskedForIsNoMarkup() {
        // When
        HttpResponse<String> page = client.page("openid <script>");

        // Then
        assertThat(page.body()).contains("<li>&lt;script&gt;").doesNotContain("<script>");
    }

    @Test
    void whoDeniesGoesBackWithoutACode() {
        // When
        HttpResponse<String> answer = client.decide(SCOPE, "Ada", "deny");

        // Then
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("location").orElseThrow())
                .startsWith(DemoClient.REDIRECT_URI + "?")
                .contains("error=access_denied", "state=" + DemoClient.STATE)
                .doesNotContain("code=");
    }

    @Test
    void whoAllowsGoesBackWithTheStateAndACode() {
        // When
        HttpResponse<String> answer = client.decide(SCOPE, "Ada", "allow");

        // Then
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("location").orElseThrow())
                .startsWith(DemoClient.REDIRECT_URI + "?")
                .contains("code=", "state=" + DemoClient.STATE);
    }

    @Test
    void whoAllowsIsKnownByTheirName() {
        // Given
        JsonNode tokens = client.tokens(SCOPE, "Grace Hopper");

        // When
        JsonNode user = client.userinfo(tokens);

        // Then
        assertThat(user.path("sub").asText()).isEqualTo("grace-hopper");
        assertThat(user.path("name").asText()).isEqualTo("Grace Hopper");
        assertThat(user.path("email").asText()).isEqualTo("grace.hopper@demo.example");
    }

    @Test
    void anAddressThatWasNotAskedForIsNotTold() {
        // Given
        JsonNode tokens = client.tokens("openid profile", "Ada");

        // When
        JsonNode user = client.userinfo(tokens);

        // Then
        assertThat(user.has("name")).isTrue();
        assertThat(user.has("email")).isFalse();
    }

    @Test
    void theTokensSayWhatWasGrantedAndForHowLong() {
        // When
        JsonNode tokens = client.tokens(SCOPE, "Ada");

        // Then
        assertThat(tokens.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(tokens.path("scope").asText()).isEqualTo(SCOPE);
        assertThat(tokens.path("expires_in").asInt()).isBetween(1, 120);
        assertThat(tokens.path("refresh_token").asText()).isNotEmpty();
    }

    @Test
    void aCodeIsExchangedOnce() {
        // Given
        String code = client.code(SCOPE, "Ada");

        // When
        JsonNode first = client.exchange(code);
        JsonNode second = client.exchange(code);

        // Then
        assertThat(first.has("access_token")).isTrue();
        assertThat(second.path("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    void aCodeIsWorthNothingWithoutItsVerifier() {
        // When
        JsonNode without = client.exchangeWithoutVerifier(client.code(SCOPE, "Ada"));
        JsonNode another =
                client.exchange(client.code(SCOPE, "Ada"), "another-verifier-that-is-as-long-as-it-has-to-be");

        // Then
        assertThat(without.path("error").asText()).isEqualTo("invalid_grant");
        assertThat(another.path("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    void aRefreshReplacesTheRefreshTokenAndKeepsThePerson() {
        // Given
        JsonNode first = client.tokens(SCOPE, "Ada");

        // When
        JsonNode second = client.refresh(first);
        JsonNode reused = client.refresh(first);

        // Then
        assertThat(second.path("access_token")).isNotEqualTo(first.path("access_token"));
        assertThat(second.path("refresh_token")).isNotEqualTo(first.path("refresh_token"));
        assertThat(second.path("scope").asText()).isEqualTo(SCOPE);
        assertThat(client.userinfo(second).path("email").asText()).isEqualTo("ada@demo.example");
        assertThat(reused.path("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    void ofManyRefreshesWithOneTokenOneSucceeds() throws Exception {
        // Given
        JsonNode tokens = client.tokens(SCOPE, "Ada");
        List<Callable<JsonNode>> refreshes = Collections.nCopies(16, () -> client.refresh(tokens));

        // When
        List<Future<JsonNode>> answers;
        try (ExecutorService threads = Executors.newFixedThreadPool(refreshes.size())) {
            answers = threads.invokeAll(refreshes);
        }

        // Then
        assertThat(answers)
                .filteredOn(answer -> answer.resultNow().has("access_token"))
                .hasSize(1);
    }

    @Test
    void aRevokedGrantIsRefreshedNoMore() {
        // Given
        JsonNode tokens = client.tokens(SCOPE, "Ada");

        // When
        int status = client.revoke(tokens);

        // Then
        assertThat(status).isEqualTo(200);
        assertThat(client.refresh(tokens).path("error").asText()).isEqualTo("invalid_grant");
    }

    @Test
    void aReloadFindsItsPortFreeAndItsGrantsForgotten() {
        // Given
        JsonNode tokens = client.tokens(SCOPE, "Ada");

        // When
        demo.stop(new ShutdownEvent());
        demo.start(new StartupEvent(), providers);

        // Then
        assertThat(client.refresh(tokens).path("error").asText()).isEqualTo("invalid_grant");
        assertThat(client.tokens(SCOPE, "Ada").has("access_token")).isTrue();
    }

    @Test
    void aTakenPortStopsNothingElse() {
        // Given
        DemoProvider second = new DemoProvider(settings);

        // When, Then
        assertThatCode(() -> second.start(new StartupEvent(), providers)).doesNotThrowAnyException();
        assertThatCode(() -> second.stop(new ShutdownEvent())).doesNotThrowAnyException();
        assertThat(client.page(SCOPE).statusCode()).isEqualTo(200);
    }

    private Provider provider() {
        return providers.require("demo");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
