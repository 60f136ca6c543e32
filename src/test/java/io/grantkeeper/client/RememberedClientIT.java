package io.grantkeeper.client;

import static io.grantkeeper.testing.Problems.assertPage;
import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.ScriptedProvider.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator changes a provider's client; what was connected by the one before goes on. */
class RememberedClientIT {

    private static final String SECOND = "second-client";

    @TempDir
    private Path folder;

    private final String subject = "keeper-" + UUID.randomUUID();
    private OperatorsService operators;
    private ScriptedProvider provider;
    private String name;
    private PackagedService.Setup setup;
    private PackagedService service;
    private Api agent;
    private String sealedAtFirst = "";

    @BeforeEach
    void aServiceWithAnAgent() throws IOException {
        operators = OperatorsService.get();
        name = "changing" + UUID.randomUUID().toString().substring(0, 8);
        provider = ScriptedProvider.telling(name);
        Files.writeString(folder.resolve(name + ".yaml"), provider.entry());
        setup = operators
                .setup("changing-client")
                .set("GRANTKEEPER_PROVIDERS_DIR", folder)
                .set("GRANTKEEPER_REFRESH_FORCED_EVERY", "PT0S")
                .setAll(provider.settings());
        service = setup.start();
        Answer registered = user().post("/api/agents", "{\"name\": \"keeper's\", \"mode\": \"token\"}");
        agent = service.agent(registered.text("id"), registered.text("secret"));
    }

    @AfterEach
    void stop() {
        service.close();
        provider.close();
    }

    @Test
    void aConnectionIsRefreshedByTheClientThatMintedItAndMovesWhenItIsReauthorized() {
        // Given
        String id = connect("provider=" + name);
        assertThat(isChanged(id)).isFalse();

        // When
        restartWith(SECOND, Canaries.fresh("client secret"));

        // Then
        assertThat(refresh(id).status()).isEqualTo(200);
        assertThat(provider.refreshes()).extracting(Call::client).containsExactly(provider.clientId());
        assertThat(isChanged(id)).isTrue();

        // When
        connect("connectionId=" + id);

        // Then
        assertThat(isChanged(id)).isFalse();
        assertThat(refresh(id).status()).isEqualTo(200);
        assertThat(provider.refreshes()).extracting(Call::client).containsExactly(provider.clientId(), SECOND);
        assertThat(operators.database().contents().get("client"))
                .noneMatch(row -> row.contains(provider.settings().get(setting("_CLIENT_SECRET"))));
    }

    @Test
    void aSecretThatTheOperatorRotatedIsUsedAndRemembered() {
        // Given
        String id = connect("provider=" + name);
        String rotated = Canaries.fresh("client secret");

        // When
        restartWith(provider.clientId(), rotated);

        // Then
        assertThat(refresh(id).status()).isEqualTo(200);
        assertThat(isChanged(id)).isFalse();

        // When
        await().atMost(Duration.ofSeconds(20)).until(() -> !remembered().equals(sealedAtFirst));
        restartWith(SECOND, Canaries.fresh("client secret"));

        // Then
        assertThat(refresh(id).status()).isEqualTo(200);
        assertThat(isChanged(id)).isTrue();
    }

    @Test
    void theClientOfAConnectionThatIsOlderThanThisIsRememberedAtTheNextStart() {
        // Given
        String id = connect("provider=" + name);
        operators.database().execute("delete from client where provider = ?", name);

        // When
        restartWith(provider.clientId(), provider.settings().get(setting("_CLIENT_SECRET")));
        await().atMost(Duration.ofSeconds(20)).until(() -> !remembered().isEmpty());
        restartWith(SECOND, Canaries.fresh("client secret"));

        // Then
        assertThat(refresh(id).status()).isEqualTo(200);
    }

    @Test
    void whereNobodyKnowsTheClientTheProviderIsNotAsked() {
        // Given: a token that is not good for as long as the restart takes.
        provider.lifetime(Duration.ofSeconds(1));
        String id = connect("provider=" + name);

        // When
        restartWith(SECOND, Canaries.fresh("client secret"));
        operators.database().execute("delete from client where provider = ? and client_id <> ?", name, SECOND);
        Answer refused = refresh(id);

        // Then
        assertProblem(refused, 503, "refresh_unavailable", "contact_operator");
        assertThat(provider.refreshes()).isEmpty();
        assertThat(user().get("/api/apps/" + id).text("status")).isEqualTo("active");
    }

    @CanIgnoreReturnValue
    private String connect(String query) {
        Browser browser = new Browser().setCookie(service.url(), "__session", token());
        Answer departure = browser.click(service.url().resolve("/api/apps/authorize?" + query));
        assertThat(departure.status()).as(departure::toString).isEqualTo(302);
        assertPage(browser.openFromElsewhere(provider.agree(departure.location(), subject)), "connected");
        if (sealedAtFirst.isEmpty()) {
            sealedAtFirst = remembered();
        }
        return user().get("/api/apps?provider=" + name)
                .json()
                .path("items")
                .path(0)
                .path("id")
                .asText();
    }

    private void restartWith(String client, String secret) {
        service.stop();
        service.close();
        provider.register(client, secret);
        service = setup.set(setting("_CLIENT_ID"), client)
                .set(setting("_CLIENT_SECRET"), secret)
                .start();
    }

    private String setting(String end) {
        return "GRANTKEEPER_" + name.toUpperCase(Locale.ROOT) + end;
    }

    /** What is sealed of the first client; empty where nothing is. */
    private String remembered() {
        return String.join(
                "",
                operators
                        .database()
                        .ask(
                                "select encode(sealed_secret, 'hex') from client"
                                        + " where account_id = '' and provider = ? and client_id = ?",
                                name,
                                provider.clientId()));
    }

    private Answer refresh(String id) {
        return agent.get("/api/apps/" + id + "/token?refresh=true");
    }

    private boolean isChanged(String id) {
        return user().get("/api/apps/" + id).json().path("clientChanged").booleanValue();
    }

    private Api user() {
        return service.bearer(token());
    }

    private String token() {
        return operators.mock().userToken(subject, Map.of());
    }
}
