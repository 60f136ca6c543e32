package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.boot.ChaosPostgres;
import io.grantkeeper.chaos.Checker.Row;
import io.grantkeeper.chaos.Checker.Violation;
import io.grantkeeper.chaos.History.Call;
import io.grantkeeper.chaos.History.Excuse;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.Rotation;
import io.grantkeeper.testing.ScriptedProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Two replicas, a PostgreSQL and providers of each kind: one world for all chaos tests of this JVM, mended before each of
 * them. Its deadlines are short, so that a run does not consist of waiting.
 */
final class World {

    static final Duration CALLER_DEADLINE = Duration.ofSeconds(2);
    static final Duration ANSWER_DEADLINE = Duration.ofSeconds(4);
    static final Duration LEASE = Duration.ofSeconds(6);
    static final Duration PROBE_EVERY = Duration.ofSeconds(6);
    static final Duration GRACE = Duration.ofSeconds(30);

    /** How many rounds the tests with rounds have, and whether those run at all that have to wait long. */
    static final boolean LONG = Boolean.getBoolean("chaos.long");

    private static World running;
    private static RuntimeException failure;

    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ChaosPostgres postgres = ChaosPostgres.in(Path.of("target", "chaos-postgres"));
    private final ScriptedProvider strict = ScriptedProvider.telling("strict", Rotation.strict());
    private final ScriptedProvider forgiving = ScriptedProvider.telling("forgiving", Rotation.forgiving(GRACE));
    private final ScriptedProvider steady = ScriptedProvider.telling("steady", Rotation.none());
    private final ScriptedProvider ending =
            ScriptedProvider.telling("ending", Rotation.strict().endingAccess());
    private final ScriptedProvider workspace =
            ScriptedProvider.telling("workspace", Rotation.strict()).declares("token_response: {token_types: [bot]}\n");
    private final Abroad abroad = new Abroad();
    private final List<ScriptedProvider> own = new ArrayList<>();
    private final Replicas replicas;
    private final List<Connected> connections = new ArrayList<>();
    private History history = new History();

    private World() {
        // For tests that break a provider for longer than the next test would like.
        for (int i = 0; i < 48; i++) {
            own.add(ScriptedProvider.telling("own" + i, Rotation.forgiving(GRACE)));
        }
        List<ScriptedProvider> providers = new ArrayList<>(own);
        providers.addAll(nearby());
        providers.addAll(abroad.providers());
        replicas = Replicas.start(
                postgres,
                providers,
                2,
                Map.of(
                        "JAVA_OPTS", PackagedService.JAVA_OPTIONS + " " + abroad.javaOptions(),
                        "GRANTKEEPER_REFRESH_CALLER_DEADLINE", CALLER_DEADLINE.toSeconds() + "s",
                        "GRANTKEEPER_REFRESH_ANSWER_DEADLINE", ANSWER_DEADLINE.toSeconds() + "s",
                        "GRANTKEEPER_REFRESH_LEASE", LEASE.toSeconds() + "s",
                        "GRANTKEEPER_REFRESH_PROBE_EVERY", PROBE_EVERY.toSeconds() + "s"));
        // In this order: who ends wants to write.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            replicas.close();
            postgres.close();
        }));
    }

    /** The world, mended, and a history that begins now. */
    static synchronized World get() {
        if (failure != null) {
            throw failure;
        }
        try {
            running = running == null ? new World() : running;
        } catch (RuntimeException notStarted) {
            failure = notStarted;
            throw notStarted;
        }
        running.mend();
        return running;
    }

    private void mend() {
        if (!postgres.isRunning()) {
            postgres.start();
        }
        postgres.thaw();
        postgres.readOnly(false);
        nearby().forEach(ScriptedProvider::reset);
        abroad.mend();
        replicas.mend();
        connections.clear();
        history = new History();
    }

    private List<ScriptedProvider> nearby() {
        return List.of(strict, forgiving, steady, ending, workspace);
    }

    ChaosPostgres postgres() {
        return postgres;
    }

    Replicas replicas() {
        return replicas;
    }

    Replica a() {
        return replicas.get(0);
    }

    Replica b() {
        return replicas.get(1);
    }

    /** Takes each refresh token once, and a second time for theft. */
    ScriptedProvider strict() {
        return strict;
    }

    /** Forgives a refresh token that was replaced within {@link #GRACE}. */
    ScriptedProvider forgiving() {
        return forgiving;
    }

    /** Keeps refresh tokens as they are. */
    ScriptedProvider steady() {
        return steady;
    }

    /** As {@link #strict}, and a refresh ends the access token before it at once. */
    ScriptedProvider ending() {
        return ending;
    }

    /** Calls its tokens what Slack calls a bot's. */
    ScriptedProvider workspace() {
        return workspace;
    }

    /** Those that are far away, behind names and certificates. */
    Abroad abroad() {
        return abroad;
    }

    /** A forgiving one that nobody else has had. */
    synchronized ScriptedProvider own() {
        return own.removeFirst();
    }

    History history() {
        return history;
    }

    /** A new connection, whose token is good for an hour. */
    Connected connected(ScriptedProvider provider) {
        return adopt(replicas.connect(provider));
    }

    /** The same, with a client of the account's own: what happens to it is no other's trouble. */
    Connected connectedByOwnClient(ScriptedProvider provider, String clientId) {
        return adopt(replicas.connect(provider, clientId));
    }

    /** One that came about otherwise, to be judged with the others. */
    Connected adopt(Connected connection) {
        synchronized (connections) {
            connections.add(connection);
        }
        return connection;
    }

    /** One that no user gave, but the provider our client itself. */
    Connected connectedTwoLegged(ScriptedProvider provider) {
        Connected connection = replicas.connectTwoLegged(provider);
        synchronized (connections) {
            connections.add(connection);
        }
        return connection;
    }

    List<Connected> connected(ScriptedProvider provider, int count) {
        return IntStream.range(0, count).mapToObj(each -> connected(provider)).toList();
    }

    /** Connections whose tokens have expired, of which the provider itself need not have heard anything. */
    List<Connected> planted(ScriptedProvider provider, int count) {
        List<Connected> planted = replicas.plant(connected(steady), provider, count);
        synchronized (connections) {
            connections.addAll(planted);
        }
        return planted;
    }

    /** A connection whose access token has expired. */
    Connected expired(ScriptedProvider provider) {
        Connected connection = connected(provider);
        replicas.expire(connection);
        return connection;
    }

    /** What its provider was asked for since it was imported. */
    List<Refresh> refreshes(Connected connection) {
        return connection.provider().log().refreshesOf(connection.subject()).stream()
                .skip(1)
                .toList();
    }

    /** Kills it, and says so. */
    void kill(Replica replica, Excuse... excuses) {
        replica.kill();
        history.fault("kill -9 of " + replica, Set.of(excuses));
    }

    Call ask(Replica replica, Connected connection) {
        return history.ask(replica, connection.id(), replica.agent());
    }

    CompletableFuture<Call> start(Replica replica, Connected connection) {
        return run(() -> ask(replica, connection));
    }

    <T> CompletableFuture<T> run(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, threads);
    }

    /** Asks until there is a token, as an agent does that comes again. */
    Call askUntilGranted(Replica replica, Connected connection, Duration patience) {
        return askUntil(replica, connection, patience, Call::isGranted);
    }

    Call askUntil(Replica replica, Connected connection, Duration patience, Predicate<Call> enough) {
        long deadline = System.nanoTime() + patience.toNanos();
        Call call = ask(replica, connection);
        while (!enough.test(call) && System.nanoTime() < deadline) {
            Pause.of(Duration.ofMillis(100));
            call = ask(replica, connection);
        }
        assertThat(call).matches(enough, "what was hoped for within " + patience);
        return call;
    }

    /** What the checker finds in this test's history at this provider. */
    List<Violation> violations(ScriptedProvider provider) {
        return checker(provider).violations();
    }

    Checker checker(ScriptedProvider provider) {
        Set<String> theirs = connections.stream()
                .filter(connection -> connection.provider() == provider)
                .map(Connected::id)
                .collect(Collectors.toSet());
        List<Row> rows = replicas.rows(provider).stream()
                .filter(row -> theirs.contains(row.connection()))
                .toList();
        return new Checker(provider.log(), of(theirs), rows);
    }

    /** The part of the history that is about these. */
    private History of(Set<String> theirs) {
        History part = new History();
        history.calls().stream()
                .filter(call -> theirs.contains(call.connection()))
                .forEach(part::add);
        history.faults().forEach(part::add);
        history.deletions().stream()
                .filter(deletion -> theirs.contains(deletion.connection()))
                .forEach(part::add);
        history.breakdowns().forEach(part::add);
        return part;
    }
}
