package io.grantkeeper.bench;

import io.grantkeeper.boot.OperatorsPostgres;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.MessageSigner;
import io.grantkeeper.testing.MockProvider;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.TestDatabase;
import io.grantkeeper.testing.TestKeyRing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * The service on a database of its own, with connections whose tokens are asked for. The limits, the pools and the JVM are
 * as they are delivered, but for the number of nonces.
 */
final class Site implements AutoCloseable {

    static final int CONNECTIONS = 1_000;
    private static final int AGENTS = 8;
    private static final int AT_ONCE = 20;
    private static final String ACCOUNT = "bench";

    private final String name;
    private final TestDatabase database;
    private final PackagedService service;
    private final List<MessageSigner> agents = new ArrayList<>();
    private final List<String> connections = new ArrayList<>();

    private Site(String name, TestDatabase database, PackagedService service) {
        this.name = name;
        this.database = database;
        this.service = service;
    }

    static Site start(String name, Path folder, MockProvider users, ScriptedProvider provider) throws IOException {
        Path providers = Files.createDirectories(folder.resolve("providers"));
        Files.writeString(providers.resolve(provider.id() + ".yaml"), provider.entry());
        TestDatabase database = OperatorsPostgres.database("grantkeeper_" + name);
        PackagedService service = PackagedService.withDatabase(
                        name, database, TestKeyRing.write(folder, "k1"), users.usersIssuer())
                .set("GRANTKEEPER_PROVIDERS_DIR", providers)
                .setAll(provider.settings())
                // Callers in a hurry: the million of the default is used up by 8,000 signed requests a second.
                .set("GRANTKEEPER_SIGNATURES_NONCES", 4_000_000)
                .set("GRANTKEEPER_AGENTS_REQUESTS_PER_SECOND", 1_000_000)
                .set("JAVA_OPTS", System.getProperty("bench.java-opts." + name, ""))
                .start();
        Site site = new Site(name, database, service);
        site.fill(service.bearer(users.userToken(ACCOUNT, Map.of())), provider);
        return site;
    }

    private void fill(Api user, ScriptedProvider provider) {
        for (int i = 0; i < AGENTS; i++) {
            Answer agent = user.post("/api/agents", "{\"name\": \"agent %d\", \"mode\": \"token\"}".formatted(i));
            agents.add(MessageSigner.hmac(agent.text("id"), agent.text("secret")));
        }
        for (int i = 0; i < CONNECTIONS; i += AT_ONCE) {
            connections.addAll(IntStream.range(i, i + AT_ONCE)
                    .mapToObj(turn -> imported(user, provider, "%s-%04d".formatted(name, turn)))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList());
        }
    }

    private static CompletableFuture<String> imported(Api user, ScriptedProvider provider, String subject) {
        String grant = "{\"provider\": \"%s\", \"refreshToken\": \"%s\"}"
                .formatted(provider.id(), provider.refreshTokenOf(subject));
        return user.start("POST", "/api/apps", grant).thenApply(answer -> {
            if (answer.status() != 201) {
                throw new IllegalStateException("not imported: " + answer);
            }
            return answer.text("id");
        });
    }

    /** Has the bare endpoint answer as many bytes as a token has. */
    void measureOut() {
        Api agent = Api.with(url(), agents.getFirst());
        int length = agent.get("/api/apps/" + connections.getFirst() + "/token").body().length();
        Api.ofNobody(url()).send("PUT", Requests.BARE, "x".repeat(length));
    }

    /** Ends all tokens, for their provider to be asked for others. */
    void expire() {
        database.execute("update credential set access_expires_at = clock_timestamp()"
                + " where connection_id in (select id from connection where account_id = ?)", ACCOUNT);
        database.ask("select pg_notify('grantkeeper', 'changed ' || id)::text from connection where account_id = ?",
                ACCOUNT);
    }

    /** What the service's process has used of the processors so far. */
    Duration cpuTime() {
        return ProcessHandle.of(service.processId())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    String name() {
        return name;
    }

    URI url() {
        return service.url();
    }

    TestDatabase database() {
        return database;
    }

    List<MessageSigner> agents() {
        return agents;
    }

    List<String> connections() {
        return connections;
    }

    @Override
    public void close() {
        service.close();
    }
}
