package io.grantkeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.Home;
import io.grantkeeper.testing.MockProvider;
import io.grantkeeper.testing.PackagedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What somebody does who tries it: starts it, signs in by the link, connects, fetches tokens as an agent. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {

    private static final Duration LIFETIME = Duration.ofSeconds(4);
    private static final int LAST = Integer.MAX_VALUE;

    private static MockProvider provider;
    private static PackagedService service;
    private static Path home;
    private static Browser browser;
    private static PackagedService.Setup setup;

    @BeforeAll
    static void start(@TempDir Path providers) throws IOException {
        provider = MockProvider.start("acme", LIFETIME);
        Files.writeString(providers.resolve("acme.yaml"), provider.entry("acme", "Acme"));
        home = Home.fresh("main-job");
        setup = PackagedService.embedded("main-job", home)
                .set("GRANTKEEPER_PROVIDERS_DIR", providers)
                .set("GRANTKEEPER_ACME_CLIENT_ID", "grantkeeper-at-acme")
                .set("GRANTKEEPER_ACME_CLIENT_SECRET", Canaries.fresh("client secret"))
                .set("GRANTKEEPER_ACME_ALLOW_PRIVATE", "true");
        service = setup.start();
        browser = new Browser().signInAsOwner(service);
    }

    @AfterAll
    static void stop() {
        service.close();
        provider.close();
    }

    @Test
    void aConnectionIsListedWithItsFieldsAndWithoutTokens() {
        // When
        String id = connect("alice");

        // Then
        JsonNode connection = owner().get("/api/apps/" + id).json();
        assertThat(connection.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "id",
                        "provider",
                        "providerSubject",
                        "providerAccountId",
                        "providerAccountName",
                        "scopes",
                        "fields",
                        "apiBaseUrls",
                        "status",
                        "error",
                        "expiresAt",
                        "forecast",
                        "createdAt",
                        "lastRefreshedAt",
                        "lastUsedAt",
                        "agentIds",
                        "clientChanged");
        assertThat(connection.path("provider").asText()).isEqualTo("acme");
        assertThat(connection.path("providerSubject").asText()).isEqualTo("alice");
        assertThat(connection.path("providerAccountId").asText()).isEqualTo("alice@example.com");
        assertThat(connection.path("providerAccountName").asText()).isEqualTo("alice");
        assertThat(connection.path("scopes")).extracting(JsonNode::asText).containsExactly("openid", "files.read");
        assertThat(connection.path("status").asText()).isEqualTo("active");
        assertThat(connection.path("error").isNull()).isTrue();
        assertThat(connection.path("lastRefreshedAt").isNull()).isTrue();
        assertThat(connection.path("agentIds")).isEmpty();
        assertThat(Instant.parse(connection.path("expiresAt").asText()))
                .isBefore(Instant.now().plus(LIFETIME));
    }

    @Test
    void theListIsAPageThatCanBeFiltered() {
        // Given
        String id = connect("listed");

        // When
        JsonNode active =
                owner().get("/api/apps?provider=acme&status=active&limit=200").json();
        JsonNode dead = owner().get("/api/apps?provider=acme&status=error").json();

        // Then
        assertThat(active.fieldNames()).toIterable().containsExactly("items", "nextCursor");
        assertThat(active.path("items"))
                .extracting(item -> item.path("id").asText())
                .contains(id);
        assertThat(dead.path("items")).isEmpty();
        assertThat(dead.path("nextCursor").isNull()).isTrue();
    }

    @Test
    void A51_aTokenIsAnsweredWithExactlyItsFieldsAndMustNotBeStored() {
        // Given
        String id = connect("bob");

        // When
        Answer answer = owner().get("/api/apps/" + id + "/token");

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "accessToken",
                        "tokenType",
                        "expiresAt",
                        "provider",
                        "providerSubject",
                        "providerAccountId",
                        "providerAccountName",
                        "scopes");
        assertThat(answer.accessToken()).hasSizeGreaterThan(100);
        assertThat(answer.text("tokenType")).isEqualTo("Bearer");
        assertThat(answer.text("providerSubject")).isEqualTo("bob");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.header("Pragma")).contains("no-cache");
        assertThat(answer.header("Vary")).contains("Authorization, Signature-Input");
        assertThat(answer.header("ETag")).isEmpty();
    }

    @Test
    void theProvidersAccountNamesAConnectionAsWellAsItsId() {
        // Given
        String id = connect("carol");
        connect("dave");

        // When
        String byId = owner().get("/api/apps/" + id + "/token").accessToken();
        Answer byAccount = owner().get("/api/apps/token?provider=acme&account=carol@example.com");
        Answer byProvider = owner().get("/api/apps/token?provider=acme");

        // Then
        assertThat(byAccount.text("providerSubject")).isEqualTo("carol");
        assertThat(byAccount.accessToken()).isEqualTo(byId);
        assertThat(byProvider.status()).isEqualTo(409);
        assertThat(byProvider.text("error")).isEqualTo("ambiguous");
        assertThat(byProvider.json().path("candidates").size()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void everyRefreshUsesTheRefreshTokenThatTheOneBeforeBrought() {
        // Given
        String id = connect("erin");
        String first = owner().get("/api/apps/" + id + "/token").accessToken();
        int before = provider.refreshes("acme").size();

        // When
        String second = awaitOtherToken(id, first);
        String third = awaitOtherToken(id, second);

        // Then
        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        assertThat(provider.refreshes("acme").stream()
                        .skip(before)
                        .map(call -> call.form().get("refresh_token")))
                .hasSize(2)
                .doesNotHaveDuplicates();
        assertThat(owner().get("/api/apps/" + id).text("lastRefreshedAt")).isNotEmpty();
    }

    @Test
    void A58_aForcedRefreshHappensOnceInThirtySeconds() {
        // Given
        String id = connect("frank");
        String first = owner().get("/api/apps/" + id + "/token").accessToken();
        int before = provider.refreshes("acme").size();

        // When
        String forced = owner().get("/api/apps/" + id + "/token?refresh=true").accessToken();
        String again = owner().get("/api/apps/" + id + "/token?refresh=true").accessToken();

        // Then
        assertThat(forced).isNotEqualTo(first);
        assertThat(again).isEqualTo(forced);
        assertThat(provider.refreshes("acme")).hasSize(before + 1);
    }

    @Test
    void theSameSubjectIsConnectedOnce() {
        // Given
        String id = connect("grace");

        // When
        String again = connect("grace");

        // Then
        assertThat(again).isEqualTo(id);
    }

    @Test
    void aRemovedConnectionIsRevokedAtTheProviderAndNotFoundAnyMore() {
        // Given
        String id = connect("heidi");

        // When
        Answer removed = owner().delete("/api/apps/" + id);

        // Then
        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.header("Grantkeeper-Revocation")).contains("done");
        assertThat(owner().get("/api/apps/" + id + "/token").status()).isEqualTo(404);
        assertThat(owner().get("/api/apps/" + id).status()).isEqualTo(404);
        assertThat(owner().delete("/api/apps/" + id).status()).isEqualTo(404);
        assertThat(provider.calls())
                .filteredOn(call -> call.path().equals("/acme/revoke"))
                .last()
                .satisfies(call -> assertThat(call.form()).containsEntry("token_type_hint", "refresh_token"));
    }

    @Test
    void aProgramFollowsAFlowByTheIdOfItsOffer() {
        // Given
        Answer offer = owner().post("/api/apps/authorize", "{\"provider\": \"acme\"}");
        String flow = "/api/apps/authorize/" + offer.text("id");
        Canaries.add("ticket", offer.text("authorizationUrl").replaceFirst(".*ticket=", ""));

        // When
        String before = owner().get(flow).text("status");
        Answer page =
                provider.connect(browser, browser.open(java.net.URI.create(offer.text("authorizationUrl"))), "ivan");

        // Then
        assertThat(offer.status()).isEqualTo(201);
        assertThat(before).isEqualTo("pending");
        assertThat(page.body()).contains("Connected");
        JsonNode after = owner().get(flow).json();
        assertThat(after.path("status").asText()).isEqualTo("connected");
        assertThat(owner().get("/api/apps/" + after.path("connectionId").asText())
                        .text("providerSubject"))
                .isEqualTo("ivan");
    }

    @Test
    void aLinkThatWasUsedSignsNobodyElseIn() {
        // When
        Answer second = new Browser().redeem(service, service.signInCode());

        // Then
        assertThat(second.status()).isEqualTo(401);
        assertThat(Browser.setCookies(second)).isEmpty();
    }

    @Test
    void everyFolderAndFileOfTheHomeIsItsOwnersAlone() throws IOException {
        // When
        List<String> permissions;
        try (Stream<Path> paths = Files.walk(home)) {
            permissions = paths.filter(path -> !Files.isSymbolicLink(path))
                    .filter(path -> !path.startsWith(home.resolve("postgres-binaries")))
                    .map(MainJobIT::permissions)
                    .distinct()
                    .toList();
        }

        // Then
        assertThat(permissions).containsExactlyInAnyOrder("folder rwx------", "file rw-------");
        assertThat(home.resolve("owner.key")).exists();
        assertThat(home.resolve("keyring.json")).exists();
    }

    @Test
    void aSecondServiceOnTheSameHomeIsRefused() {
        // When
        PackagedService.Ended second =
                PackagedService.embedded("second-on-home", home).startAndEnd();

        // Then
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.errors())
                .contains("Another Grantkeeper is running on")
                .doesNotContain("Exception");
        assertThat(service.isRunning()).isTrue();
        assertThat(owner().get("/api/apps").status()).isEqualTo(200);
    }

    @Test
    @Order(LAST - 1)
    void aRestartKeepsConnectionsAndTheBrowsersSession() {
        // Given
        String id = connect("judy");
        String before = owner().get("/api/apps/" + id + "/token").accessToken();

        // When
        int code = service.stop();
        service = setup.start();

        // Then
        assertThat(code).isIn(0, 143);
        assertThat(owner().get("/api/apps/" + id).text("providerSubject")).isEqualTo("judy");
        assertThat(awaitOtherToken(id, before)).isNotEmpty();
        assertThat(browser.click(service.url().resolve("/api/apps/authorize?provider=acme"))
                        .isRedirect())
                .isTrue();
    }

    @Test
    @Order(LAST)
    void aKilledServiceStartsAgainWithAllThatWasConnected() {
        // Given
        String id = connect("kate");

        // When
        service.kill();
        service = setup.start();

        // Then
        assertThat(owner().get("/api/apps/" + id + "/token").accessToken()).isNotEmpty();
        assertThat(owner().get("/api/apps/" + id).text("providerSubject")).isEqualTo("kate");
    }

    private static Api owner() {
        return service.owner();
    }

    /** The id of the connection that this user of the provider gave. */
    private static String connect(String user) {
        Answer toProvider = browser.click(service.url().resolve("/api/apps/authorize?provider=acme"));
        Answer page = provider.connect(browser, toProvider, user);
        assertThat(page.status()).as(page::toString).isEqualTo(200);
        assertThat(page.body()).contains("data-status=\"connected\"");
        return owner().get("/api/apps?provider=acme&limit=200")
                .json()
                .path("items")
                .valueStream()
                .filter(item -> item.path("providerSubject").asText().equals(user))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    private static String awaitOtherToken(String id, String than) {
        return await().atMost(LIFETIME.multipliedBy(3))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> owner().get("/api/apps/" + id + "/token").accessToken(), token -> !token.equals(than));
    }

    private static String permissions(Path path) {
        try {
            return (Files.isDirectory(path) ? "folder " : "file ")
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
