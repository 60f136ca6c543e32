package io.grantkeeper.chaos;

import static org.awaitility.Awaitility.await;

import io.grantkeeper.boot.ChaosPostgres;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.Canaries;
import io.grantkeeper.testing.MessageSigner;
import io.grantkeeper.testing.MockProvider;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.Relay;
import io.grantkeeper.testing.ScriptedProvider;
import io.grantkeeper.testing.Signals;
import io.grantkeeper.testing.TestDatabase;
import io.grantkeeper.testing.TestKeyRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Packaged services on one database, each with a network of its own to it, and one user with one agent at all of them. */
public final class Replicas implements AutoCloseable {

    private static final AtomicInteger CLUSTERS = new AtomicInteger();

    private final MockProvider users = MockProvider.start("nobody", Duration.ofHours(1));
    private final AtomicInteger subjects = new AtomicInteger();
    private final List<ScriptedProvider> providers;
    private final Path keyRing;
    private final List<Replica> replicas;
    private final String userToken;
    private final String agentId;
    private final String agentSecret;
    private volatile TestDatabase database;

    private Replicas(
            ChaosPostgres postgres, List<ScriptedProvider> providers, int count, Map<String, String> settings) {
        String name = "chaos_" + CLUSTERS.incrementAndGet();
        this.providers = List.copyOf(providers);
        this.database = postgres.database(name);
        Path folder = folder(name);
        this.keyRing = TestKeyRing.write(folder.getParent(), "k1");
        this.replicas = replicas(name, folder, count, settings);
        this.userToken = users.userToken("chaos", Map.of());
        // One after the other: the first migrates.
        replicas.forEach(Replica::start);
        Answer agent = replicas.getFirst().user().post("/api/agents", "{\"name\": \"chaos\", \"mode\": \"token\"}");
        this.agentId = agent.text("id");
        this.agentSecret = agent.text("secret");
    }

    /** Starts so many, with these providers and settings. */
    public static Replicas start(
            ChaosPostgres postgres, List<ScriptedProvider> providers, int count, Map<String, String> settings) {
        return new Replicas(postgres, providers, count, settings);
    }

    private List<Replica> replicas(String name, Path folder, int count, Map<String, String> settings) {
        List<Relay> relays = IntStream.range(0, count)
                .mapToObj(each -> Relay.to(database.host(), database.port()))
                .toList();
        List<PackagedService.Setup> setups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TestDatabase through = new TestDatabase(
                    "127.0.0.1", relays.get(i).port(), database.name(), database.user(), database.password());
            PackagedService.Setup setup = PackagedService.withDatabase(
                            name + (char) ('a' + i), through, keyRing, users.usersIssuer())
                    .set("GRANTKEEPER_PROVIDERS_DIR", folder)
                    // One agent stands for many here.
                    .set("GRANTKEEPER_AGENTS_REQUESTS_PER_SECOND", 1_000_000)
                    .setAll(settings);
            providers.forEach(provider -> setup.setAll(provider.settings()));
            setups.add(setup);
        }
        String authorities = setups.stream()
                .map(setup -> setup.publicUrl().getRawAuthority())
                .collect(Collectors.joining(","));
        setups.forEach(setup -> setup.set("GRANTKEEPER_AUTHORITIES", authorities));
        return IntStream.range(0, count)
                .mapToObj(i -> new Replica(String.valueOf((char) ('a' + i)), setups.get(i), relays.get(i)))
                .toList();
    }

    private Path folder(String name) {
        try {
            Path folder = Files.createDirectories(PackagedService.logs().resolveSibling("service-folders/" + name));
            for (ScriptedProvider provider : providers) {
                Files.writeString(folder.resolve(provider.id() + ".yaml"), provider.entry());
            }
            return folder;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Replica get(int index) {
        return replicas.get(index);
    }

    public List<Replica> all() {
        return replicas;
    }

    /** The key ring of all of them. */
    public Path keyRing() {
        return keyRing;
    }

    public TestDatabase database() {
        return database;
    }

    /** From now on that PostgreSQL, which has a copy of everything, is where they find their database. */
    public void moveTo(ChaosPostgres other) {
        database = at(other);
        replicas.forEach(replica -> replica.network().leadTo(other.host(), other.port()));
    }

    /** The same database in a copy of its server. */
    public TestDatabase at(ChaosPostgres copy) {
        return new TestDatabase(copy.host(), copy.port(), database.name(), database.user(), database.password());
    }

    /** As everything was in the beginning, for the next test: what was broken is mended, who died is alive. */
    public void mend() {
        replicas.forEach(Replica::thaw);
        replicas.forEach(replica -> replica.network().pass());
        replicas.stream()
                .filter(replica -> !replica.isRunning())
                .map(replica -> CompletableFuture.runAsync(replica::start))
                .toList()
                .forEach(CompletableFuture::join);
    }

    /** A connection at this provider, and the subject that it is of there. */
    public record Connected(String id, String subject, ScriptedProvider provider) {}

    /** A new one, imported. */
    public Connected connect(ScriptedProvider provider) {
        return imported(provider, "");
    }

    /** The same, with a client that its account brings itself. */
    public Connected connect(ScriptedProvider provider, String clientId) {
        return imported(
                provider,
                ", \"client\": {\"id\": \"%s\", \"secret\": \"%s\"}"
                        .formatted(clientId, Canaries.fresh("client secret")));
    }

    /** One that is our client's own (client credentials). */
    public Connected connectTwoLegged(ScriptedProvider provider) {
        Answer answer = replicas.getFirst()
                .user()
                .post("/api/apps", "{\"provider\": \"" + provider.id() + "\", \"grant\": \"client_credentials\"}");
        if (answer.status() != 201) {
            throw new AssertionError("not connected: " + answer);
        }
        return new Connected(answer.text("id"), provider.clientId(), provider);
    }

    /**
     * So many, put into the tables as they lie there an hour after their tokens have expired: where the provider is not
     * to be reached, or they are too many to be imported.
     *
     * @param like one of the same account
     */
    public List<Connected> plant(Connected like, ScriptedProvider provider, int count) {
        List<Connected> planted = IntStream.range(0, count)
                .mapToObj(each -> new Connected(UUID.randomUUID().toString(), subjectAt(provider), provider))
                .toList();
        new Planting(database, keyRing).plant(like.id(), planted);
        return planted;
    }

    private String subjectAt(ScriptedProvider provider) {
        return provider.id() + "-" + subjects.incrementAndGet();
    }

    private Connected imported(ScriptedProvider provider, String client) {
        String subject = subjectAt(provider);
        Replica any = replicas.stream().filter(Replica::isRunning).findFirst().orElseThrow();
        // What the test before broke may still be noticed; a user would come again, too.
        Answer answer = await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> imported(any, provider, subject, client), given -> given.status() != 503);
        if (answer.status() != 201) {
            throw new AssertionError("not imported: " + answer);
        }
        return new Connected(answer.text("id"), subject, provider);
    }

    private static Answer imported(Replica replica, ScriptedProvider provider, String subject, String client) {
        return replica.user()
                .post(
                        "/api/apps",
                        "{\"provider\": \"%s\", \"refreshToken\": \"%s\"%s}"
                                .formatted(provider.id(), provider.refreshTokenOf(subject), client));
    }

    /** Has their access tokens be expired, and every replica told. */
    public void expire(Connected... connections) {
        for (Connected connection : connections) {
            database.execute(
                    "update credential set access_expires_at = clock_timestamp() - interval '1 second'"
                            + " where connection_id = ?::uuid",
                    connection.id());
            database.ask("select pg_notify('grantkeeper', ?)", "changed " + connection.id());
        }
        // What is on its way to them is there in a moment.
        Pause.of(Duration.ofMillis(150));
    }

    public long version(Connected connection) {
        return database.ask("select version from credential where connection_id = ?::uuid", connection.id()).stream()
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    /** {@code active}, {@code error} or, where it is gone, nothing. */
    public String status(Connected connection) {
        return String.join("", database.ask("select status from connection where id = ?::uuid", connection.id()));
    }

    /** Every connection at this provider, as it is now. */
    public List<Checker.Row> rows(ScriptedProvider provider) {
        return database
                .ask(
                        "select id || '|' || provider_subject || '|' || status || '|' || coalesce(error_code, '')"
                                + " from connection where provider = ?",
                        provider.id())
                .stream()
                .map(row -> row.split("\\|", -1))
                .map(row -> new Checker.Row(row[0], row[1], row[2], row[3]))
                .toList();
    }

    @Override
    public void close() {
        replicas.forEach(Replica::thaw);
        replicas.forEach(Replica::close);
        users.close();
    }

    /** One of them, by a name of one letter. */
    public final class Replica implements AutoCloseable {

        private final String name;
        private final PackagedService.Setup setup;
        private final Relay network;
        private volatile Optional<PackagedService> process = Optional.empty();
        private volatile boolean frozen;

        private Replica(String name, PackagedService.Setup setup, Relay network) {
            this.name = name;
            this.setup = setup;
            this.network = network;
        }

        public String name() {
            return name;
        }

        /** The network between it and PostgreSQL. */
        public Relay network() {
            return network;
        }

        public PackagedService process() {
            return process.orElseThrow();
        }

        public boolean isRunning() {
            return process.filter(PackagedService::isRunning).isPresent();
        }

        /** Returns when it is ready. */
        public void start() {
            process = Optional.of(setup.start());
        }

        /** Ends it and starts it again, from now on with these settings besides. */
        public void restart(Map<String, String> settings) {
            process().stop();
            setup.setAll(settings);
            start();
        }

        /** The same, without them. */
        public void restartWithout(Map<String, String> settings) {
            process.filter(PackagedService::isRunning).ifPresent(PackagedService::stop);
            settings.keySet().forEach(setup::unset);
            start();
        }

        /** What it is started with from now on. */
        public void set(String variable, String value) {
            setup.set(variable, value);
        }

        /** At once: nothing of it runs any more when this returns, or soon after. */
        public void kill() {
            Signals.kill(process().processId());
        }

        /** As a supervisor does, and waits for its end. */
        public int terminate() {
            return process().stop();
        }

        public void freeze() {
            frozen = true;
            Signals.stop(process().processId());
        }

        public void thaw() {
            if (frozen && isRunning()) {
                Signals.resume(process().processId());
            }
            frozen = false;
        }

        public Api user() {
            return process().bearer(userToken);
        }

        /** One in which the user is signed in. */
        public Browser browser() {
            return new Browser().setCookie(setup.publicUrl(), "__session", userToken);
        }

        public Api agent() {
            return Api.with(setup.publicUrl(), signer());
        }

        /** What the agent signs with, at every replica the same. */
        public MessageSigner signer() {
            return MessageSigner.hmac(agentId, agentSecret);
        }

        public boolean isReady() {
            try {
                return isRunning()
                        && Api.ofNobody(process().managementUrl())
                                        .get("/q/health/ready")
                                        .status()
                                == 200;
            } catch (UncheckedIOException notThere) {
                return false;
            }
        }

        /** All that its meter of this name says, over all of its tags. */
        public double metric(String metric) {
            return metric(metric, "");
        }

        /** The same, where one of its tags has this value. */
        public double metric(String metric, String value) {
            return Api.ofNobody(process().managementUrl())
                    .get("/q/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                    .filter(line -> value.isEmpty() || line.contains("\"" + value + "\""))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }

        @Override
        public void close() {
            process.ifPresent(PackagedService::close);
            network.close();
        }

        @Override
        public String toString() {
            return "replica " + name;
        }
    }
}
