package io.grantkeeper;

import static io.grantkeeper.WhoMayDoWhatIT.Who.AGENT;
import static io.grantkeeper.WhoMayDoWhatIT.Who.AGENT_LEFT_OUT;
import static io.grantkeeper.WhoMayDoWhatIT.Who.COLLEAGUE;
import static io.grantkeeper.WhoMayDoWhatIT.Who.FOREIGN_AGENT;
import static io.grantkeeper.WhoMayDoWhatIT.Who.FOREIGN_PAGE;
import static io.grantkeeper.WhoMayDoWhatIT.Who.OPERATOR;
import static io.grantkeeper.WhoMayDoWhatIT.Who.POD;
import static io.grantkeeper.WhoMayDoWhatIT.Who.PROXY_AGENT;
import static io.grantkeeper.WhoMayDoWhatIT.Who.STRANGER;
import static io.grantkeeper.WhoMayDoWhatIT.Who.USER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Home;
import io.grantkeeper.testing.KubernetesCluster;
import io.grantkeeper.testing.MessageSigner;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.RawRequest;
import io.grantkeeper.testing.RawRequest.Received;
import io.grantkeeper.testing.TestUser;
import io.grantkeeper.testing.TestUser.TestAgent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every operation of the API against every credential, in every spelling: nobody gets further than the table says. */
class WhoMayDoWhatIT {

    /** Who may be at the door. */
    enum Who {
        NOBODY,
        /** With a bearer token that is none. */
        GARBAGE,
        /** A user of the account, some time ago. */
        EXPIRED_USER,
        /** The user whose connection it is. */
        USER,
        /** Another user of the same account. */
        COLLEAGUE,
        /** A page of another site, in the user's browser. */
        FOREIGN_PAGE,
        /** A user of another account. */
        STRANGER,
        /** One with the operators' role. */
        OPERATOR,
        /** Who signs as the local owner, where there is none. */
        LOCAL_OWNER,
        /** An agent in mode token that the connection names. */
        AGENT,
        /** A pod whose agent it names. */
        POD,
        /** An agent in mode proxy that it names. */
        PROXY_AGENT,
        /** An agent of the account that it does not name. */
        AGENT_LEFT_OUT,
        /** An agent of another account. */
        FOREIGN_AGENT,
        REMOVED_AGENT,
        /** The agent's name with another secret. */
        WRONG_SECRET,
        /** The agent's name with another agent's secret. */
        FOREIGN_SECRET,
        /** A pod whose service account nobody has registered. */
        UNREGISTERED_POD,
        /** A pod's token for the API server. */
        POD_OF_OTHER_AUDIENCE
    }

    private static final Set<Who> NOBODY_AT_ALL = EnumSet.noneOf(Who.class);
    private static final Set<Who> MEMBERS = EnumSet.of(USER, COLLEAGUE);
    private static final Set<Who> USERS = union(MEMBERS, EnumSet.of(STRANGER, OPERATOR));
    private static final Set<Who> TOKEN_AGENTS = EnumSet.of(AGENT, POD);
    private static final Set<Who> NAMED_AGENTS = union(TOKEN_AGENTS, EnumSet.of(PROXY_AGENT));
    private static final Set<Who> AGENTS = union(NAMED_AGENTS, EnumSet.of(AGENT_LEFT_OUT, FOREIGN_AGENT));
    private static final Set<Who> ANYBODY_KNOWN = union(USERS, AGENTS);

    /** What a browser shows its user, though a page of another site opened it: that page cannot read it. */
    private static final Set<Who> SHOWN = EnumSet.of(FOREIGN_PAGE);

    /**
     * Who is let in to what.
     *
     * @param spends whether it takes something away, so that it needs a thing of its own
     * @param besides what it may answer those who are let in, when not a success
     */
    private record Row(
            String method, String path, String query, String body, Set<Who> may, boolean spends, Set<Integer> besides) {

        static Row of(String operation, Collection<Who> may) {
            String[] parts = operation.split(" ", 2);
            return new Row(parts[0], parts[1], "", "", Set.copyOf(may), false, Set.of());
        }

        Row query(String asked) {
            return new Row(method, path, asked, body, may, spends, besides);
        }

        Row body(String json) {
            return new Row(method, path, query, json, may, spends, besides);
        }

        Row spending() {
            return new Row(method, path, query, body, may, true, besides);
        }

        Row besides(int status) {
            return new Row(method, path, query, body, may, spends, Set.of(status));
        }

        Row forNobody() {
            return new Row(method, path, query, body, NOBODY_AT_ALL, spends, besides);
        }

        String operation() {
            return method + " " + path;
        }

        /** Whether asking again and again changes nothing. */
        boolean isReading() {
            return method.equals("GET") && !path.contains("authorize");
        }

        @Override
        public String toString() {
            return operation();
        }
    }

    private static final List<Row> OF_THE_DOCUMENT = List.of(
            Row.of("GET /api/agents", union(USERS, SHOWN)),
            Row.of("POST /api/agents", USERS).body("{\"name\": \"more\", \"mode\": \"token\"}"),
            Row.of("GET /api/agents/{id}", union(MEMBERS, SHOWN)),
            Row.of("DELETE /api/agents/{id}", MEMBERS).spending(),
            Row.of("POST /api/agents/{id}/rotate", MEMBERS).spending(),
            Row.of("GET /api/apps", union(ANYBODY_KNOWN, SHOWN)),
            Row.of("POST /api/apps", USERS)
                    .body("{\"provider\": \"acme\", \"grant\": \"client_credentials\"}")
                    .besides(409),
            Row.of("GET /api/apps/{id}", union(MEMBERS, NAMED_AGENTS, SHOWN)),
            Row.of("PATCH /api/apps/{id}", MEMBERS).body("{\"agentIds\": [{agents}]}"),
            Row.of("DELETE /api/apps/{id}", MEMBERS).spending(),
            Row.of("GET /api/apps/{id}/connected", union(MEMBERS, NAMED_AGENTS, SHOWN)),
            Row.of("GET /api/apps/{id}/explain", union(MEMBERS, SHOWN)).query("agent={agent}"),
            Row.of("GET /api/apps/{id}/token", TOKEN_AGENTS),
            Row.of("GET /api/apps/token", TOKEN_AGENTS).query("provider=telling"),
            Row.of("GET /api/apps/providers", union(ANYBODY_KNOWN, SHOWN)),
            Row.of("GET /api/apps/providers/{provider}/client", union(USERS, SHOWN))
                    .besides(404),
            Row.of("PUT /api/apps/providers/{provider}/client", USERS)
                    .body("{\"id\": \"made-up\", \"secret\": \"made-up\"}"),
            Row.of("DELETE /api/apps/providers/{provider}/client", USERS).besides(404),
            Row.of("GET /api/apps/authorize", union(USERS, SHOWN)).query("provider=telling"),
            Row.of("POST /api/apps/authorize", ANYBODY_KNOWN).body("{\"provider\": \"telling\"}"),
            Row.of("GET /api/apps/authorize/{id}", union(MEMBERS, SHOWN)),
            // The state is the proof, and no credential stands for it.
            Row.of("GET /api/apps/callback", NOBODY_AT_ALL).query("state=made-up&code=made-up"),
            Row.of("GET /api/apps/callback/{provider}", NOBODY_AT_ALL).query("state=made-up&code=made-up"),
            Row.of("GET /api/audit", union(USERS, SHOWN)),
            // For the local owner alone, whom only the embedded default has.
            Row.of("POST /api/local/link", NOBODY_AT_ALL),
            Row.of("POST /api/local/sign-in", NOBODY_AT_ALL).body("{\"code\": \"made-up\"}"));

    /** What the document does not have. */
    private static final List<Row> HIDDEN = List.of(
            Row.of("GET /api/oauth/authorize", union(USERS, SHOWN)).query("provider=telling"),
            Row.of("POST /api/apps/authorize/confirm", NOBODY_AT_ALL).body("ticket=made-up"),
            Row.of("GET /oauth/callback", NOBODY_AT_ALL).query("state=made-up&code=made-up"),
            Row.of("GET /api/oauth/plugin/aliased/callback", NOBODY_AT_ALL).query("state=made-up&code=made-up"));

    private static final List<Row> TABLE =
            Stream.concat(OF_THE_DOCUMENT.stream(), HIDDEN.stream()).toList();

    /** A request before anybody has put a credential on it. */
    private record Shot(
            String method, String prefix, String path, String query, String host, List<String> headers, String body) {

        Shot method(String other) {
            return new Shot(other, prefix, path, query, host, headers, body);
        }

        Shot prefix(String before) {
            return new Shot(method, before, path, query, host, headers, body);
        }

        Shot path(UnaryOperator<String> change) {
            return new Shot(method, prefix, change.apply(path), query, host, headers, body);
        }

        Shot asking(String more) {
            return new Shot(method, prefix, path, query.isEmpty() ? more : query + "&" + more, host, headers, body);
        }

        Shot host(String other) {
            return new Shot(method, prefix, path, query, other, headers, body);
        }

        Shot header(String... lines) {
            return new Shot(
                    method,
                    prefix,
                    path,
                    query,
                    host,
                    Stream.concat(headers.stream(), Arrays.stream(lines)).toList(),
                    body);
        }

        /** Whoever proves anything proves it for just this, as it is spelled. */
        RawRequest by(Proof proof) {
            List<String> all = new ArrayList<>(List.of("Host: " + host));
            all.addAll(headers);
            all.addAll(proof.headers(this));
            return new RawRequest(method, prefix + path + (query.isEmpty() ? "" : "?" + query), all, body);
        }
    }

    @FunctionalInterface
    private interface Proof {
        List<String> headers(Shot shot);

        static Proof nothing() {
            return shot -> List.of();
        }

        static Proof bearer(String token) {
            return shot -> List.of("Authorization: Bearer " + token);
        }

        static Proof signed(String keyId, String secret) {
            MessageSigner signer = MessageSigner.hmac(keyId, secret);
            return shot -> signer
                    .headers(
                            shot.method(),
                            shot.host(),
                            shot.path(),
                            shot.query(),
                            shot.body().getBytes(UTF_8),
                            Instant.now(),
                            UUID.randomUUID().toString())
                    .entrySet()
                    .stream()
                    .map(header -> header.getKey() + ": " + header.getValue())
                    .toList();
        }
    }

    /** Another way to write the same request, or one that something on the way might take for it. */
    private record Spelling(String name, UnaryOperator<Shot> change) {

        static Spelling ofPath(String name, UnaryOperator<String> change) {
            return new Spelling(name, shot -> shot.path(change));
        }

        static Spelling within(String between) {
            return ofPath("/api" + between, path -> path.replaceFirst("/", between));
        }

        static Spelling ending(String end) {
            return ofPath("…" + end, path -> path + end);
        }

        static Spelling lastSlash(String other) {
            return ofPath("last slash " + other, path -> {
                int last = path.lastIndexOf('/');
                return path.substring(0, last) + other + path.substring(last + 1);
            });
        }

        static Spelling asking(String query) {
            return new Spelling("?" + query, shot -> shot.asking(query));
        }

        static Spelling header(String... lines) {
            return new Spelling(lines[0], shot -> shot.header(lines));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Spelling AS_IT_IS = new Spelling("as it is", shot -> shot);

    private static List<Spelling> spellings(World world) {
        return List.of(
                AS_IT_IS,
                Spelling.within("//"),
                Spelling.within("/./"),
                Spelling.within("/x/../"),
                Spelling.within("/x/%2e%2e/"),
                Spelling.within("/x/.%2E/"),
                Spelling.within("/;a=b/"),
                Spelling.within("/%2f/"),
                Spelling.ofPath("encoded letter", path -> path.replace("/ap", "/%61p")),
                Spelling.ofPath("letter encoded twice", path -> path.replace("/ap", "/%2561p")),
                Spelling.ofPath("upper case", path -> path.toUpperCase(Locale.ROOT)),
                Spelling.ofPath("dots from an open path", path -> "/api/apps/callback/../../.." + path),
                Spelling.ending("/"),
                Spelling.ending("//"),
                Spelling.ending("/."),
                Spelling.ending(";jsessionid=1"),
                Spelling.ending("%3Bjsessionid=1"),
                Spelling.ending(".json"),
                Spelling.ending(";.css"),
                Spelling.ending("%2Fx.js"),
                Spelling.ending("%00"),
                Spelling.ending("%20"),
                Spelling.ending("%0d%0aX-A:%20b"),
                Spelling.ending("%3F"),
                Spelling.ending("#x"),
                Spelling.lastSlash("%2F"),
                Spelling.lastSlash("%5C"),
                Spelling.lastSlash("\\"),
                Spelling.lastSlash("%c0%af"),
                Spelling.asking("_method=GET"),
                Spelling.asking("accountId=" + world.account()),
                Spelling.asking("access_token=made-up"),
                Spelling.asking("a=%zz"),
                new Spelling("absolute form", shot -> shot.prefix("http://" + shot.host())),
                new Spelling("absolute form of another host", shot -> shot.prefix("http://evil.example")),
                new Spelling("another host", shot -> shot.host("evil.example")),
                Spelling.header("X-HTTP-Method-Override: GET", "X-HTTP-Method: GET", "X-Method-Override: GET"),
                Spelling.header("X-Original-URL: /q/openapi", "X-Rewrite-URL: /q/openapi"),
                Spelling.header(
                        "X-Forwarded-For: 127.0.0.1",
                        "X-Real-IP: 127.0.0.1",
                        "X-Forwarded-Host: 127.0.0.1",
                        "X-Forwarded-Prefix: /q",
                        "Forwarded: for=127.0.0.1;host=127.0.0.1"),
                Spelling.header(
                        "X-Forwarded-User: " + world.userName(), "X-Remote-User: " + world.userName(), "X-User: local"),
                Spelling.header("Origin: " + world.url(), "Sec-Fetch-Site: same-origin"));
    }

    /** A service, who comes to it, and what they are after. */
    private record World(
            PackagedService service,
            String account,
            TestUser member,
            String connection,
            String agent,
            String flow,
            List<String> named,
            Map<Who, Proof> proofs) {

        String url() {
            return service.url().toString();
        }

        String userName() {
            return member == null ? "local" : member.subject();
        }

        Api user() {
            return service.bearer(member.token());
        }

        Shot shot(Row row) {
            return shot(row, connection, agent);
        }

        Shot shot(Row row, String ofConnection, String ofAgent) {
            String path = row.path()
                    .replace("/agents/{id}", "/agents/" + ofAgent)
                    .replace("/authorize/{id}", "/authorize/" + flow)
                    .replace("/apps/{id}", "/apps/" + ofConnection)
                    // One that nothing else here needs: a client of the account's own would be used for all that is
                    // new.
                    .replace("/providers/{provider}", "/providers/github")
                    .replace("{provider}", "telling");
            String agents =
                    String.join(", ", named.stream().map(id -> "\"" + id + "\"").toList());
            return new Shot(
                    row.method(),
                    "",
                    path,
                    row.query().replace("{agent}", ofAgent),
                    service.url().getAuthority(),
                    List.of(),
                    row.body().replace("{agents}", agents));
        }

        Received send(Shot shot, Who who) {
            return shot.by(proofs.get(who)).send(service.url());
        }

        /** What nobody may learn who is not let in. */
        List<String> hiddenFrom(Who who) {
            return who == AGENT_LEFT_OUT ? List.of(connection) : List.of(connection, agent, account);
        }
    }

    @TempDir
    private static Path folder;

    private static KubernetesCluster cluster;
    private static World world;

    @BeforeAll
    static void everybody() throws IOException {
        OperatorsService operators = OperatorsService.get();
        cluster = KubernetesCluster.start(Files.createDirectory(folder.resolve("north")));
        PackagedService service = operators
                .setup("who-may-do-what")
                .set("GRANTKEEPER_USERS_OPERATOR_ROLE", "keeper")
                .setAll(cluster.settings("north"))
                .start();
        world = world(operators, service);
    }

    @AfterAll
    static void stop() {
        world.service().close();
        cluster.close();
    }

    @Test
    void everyOperationOfTheDocumentIsInTheTable() throws IOException {
        // Given
        JsonNode document = new YAMLMapper()
                .readTree(world.service().nobody().get("/q/openapi").body());

        // When
        List<String> operations = document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(operation -> operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey()))
                .toList();

        // Then
        assertThat(OF_THE_DOCUMENT.stream().map(Row::operation))
                .as("who may do what")
                .containsExactlyInAnyOrderElementsOf(operations);
    }

    @Test
    void whoIsInTheTableIsLetIn() {
        // When
        List<String> refused = TABLE.stream()
                .flatMap(row -> row.may().stream().sorted().flatMap(who -> {
                    Received answer = world.send(own(row), who);
                    return isLetIn(answer) || row.besides().contains(answer.status())
                            ? Stream.empty()
                            : Stream.of(who + " " + row + ": " + answer);
                }))
                .toList();

        // Then
        assertThat(refused).isEmpty();
    }

    @Test
    void A4_A53_nobodyElseIsHoweverItIsWritten() {
        // Given
        Answer connection = asUser("/api/apps/" + world.connection());
        Answer agents = asUser("/api/agents?limit=200");

        // When
        List<String> letIn = attack(world, TABLE, EnumSet.allOf(Who.class), spellings(world));

        // Then
        assertThat(letIn).isEmpty();
        assertThat(asUser("/api/apps/" + world.connection()).json().path("agentIds"))
                .isEqualTo(connection.json().path("agentIds"));
        assertThat(ids(asUser("/api/agents?limit=200"))).containsAll(ids(agents));
        assertThat(world.send(world.shot(row("GET /api/apps/{id}/token")), AGENT)
                        .status())
                .as("its secret is still the same")
                .isEqualTo(200);
    }

    @Test
    void A53_whoIsKnownLearnsNothingOfOthersHoweverItIsWritten() {
        // When
        List<String> told = inParallel(TABLE.stream()
                .filter(Row::isReading)
                .flatMap(row -> row.may().stream()
                        .filter(who -> EnumSet.of(STRANGER, OPERATOR, FOREIGN_AGENT, AGENT_LEFT_OUT)
                                .contains(who))
                        .flatMap(who -> spellings(world).stream().map(spelling -> tells(row, who, spelling)))));

        // Then
        assertThat(told).isEmpty();
    }

    @Test
    void A54_aMethodThatAPathDoesNotHaveIsRefusedWhoeverAsks() {
        // Given
        List<String> methods =
                List.of("HEAD", "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "FOO");
        Map<String, Set<String>> has = methodsOfPaths();

        // When
        List<String> answered = inParallel(has.keySet().stream()
                .flatMap(path -> methods.stream()
                        .filter(method -> !isOf(has.get(path), path, method))
                        .flatMap(method -> Stream.of(Who.NOBODY, USER, AGENT).map(who -> () -> {
                            Shot shot = world.shot(Row.of(method + " " + path, Set.of()))
                                    .header("X-Canary: reflected-canary");
                            Received answer = world.send(shot, who);
                            boolean refused = answer.status() == 0
                                    || (answer.status() >= 400 && answer.status() < 500)
                                    || answer.status() == 501;
                            return refused && !answer.says("reflected-canary")
                                    ? List.of()
                                    : List.of(who + " " + method + " " + path + ": " + answer.status());
                        }))));

        // Then
        assertThat(answered).isEmpty();
    }

    /** It answers 200 where 405 would do as well, and says which methods there are, as the document does. */
    @Test
    void A54_optionsTellsTheMethodsAndNothingElse() {
        // When
        List<Received> answers = methodsOfPaths().keySet().stream()
                .map(path -> world.shot(Row.of("OPTIONS " + path, Set.of()))
                        .header("Origin: https://evil.example", "X-Canary: reflected-canary"))
                .map(shot -> world.send(shot, Who.NOBODY))
                .toList();

        // Then
        assertThat(answers).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.status()).isIn(200, 405);
            assertThat(answer.status() == 405 || answer.body().isEmpty()).isTrue();
            assertThat(answer.says("reflected-canary")).isFalse();
            assertThat(answer.head().toLowerCase(Locale.ROOT)).doesNotContain("access-control-");
        });
    }

    @Test
    void A53_overHttp2ItIsTheSame() throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            // Given
            HttpRequest upgrade = HttpRequest.newBuilder(world.service().url().resolve("/q/openapi"))
                    .build();
            assertThat(client.send(upgrade, BodyHandlers.discarding()).version())
                    .isEqualTo(HttpClient.Version.HTTP_2);

            // When
            List<String> letIn = inParallel(TABLE.stream()
                    .flatMap(row -> Arrays.stream(Who.values())
                            .filter(who -> !row.may().contains(who))
                            .map(who -> () -> {
                                HttpResponse<Void> answer = client.send(overHttp2(row, who), BodyHandlers.discarding());
                                return answer.version() == HttpClient.Version.HTTP_2 && answer.statusCode() / 100 == 4
                                        ? List.of()
                                        : List.of(who + " " + row + ": " + answer.statusCode());
                            })));

            // Then
            assertThat(letIn).isEmpty();
        }
    }

    @Test
    void A54_aHeaderOrParameterDoesNotMakeItAnotherMethod() {
        // Given
        Shot shot = world.shot(row("GET /api/apps/{id}"));
        String[] override = {"X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "X-Method-Override: DELETE"};

        // When
        Received get = world.send(shot.header(override), USER);
        Received post = world.send(shot.method("POST").header(override), USER);
        Received parameter = world.send(shot.asking("_method=DELETE"), USER);

        // Then
        assertThat(get.status()).isEqualTo(200);
        assertThat(post.status()).isEqualTo(405);
        assertThat(parameter.status()).isEqualTo(400);
        assertThat(asUser("/api/apps/" + world.connection()).status()).isEqualTo(200);
    }

    @Test
    void A54_aHeaderDoesNotMakeItAnotherPath() {
        // Given
        Shot open = new Shot("GET", "", "/", "", world.service().url().getAuthority(), List.of(), "");
        String elsewhere = "/api/apps/" + world.connection();

        // When
        Received page = world.send(open, USER);
        Received again = world.send(open.header("X-Original-URL: " + elsewhere, "X-Rewrite-URL: " + elsewhere), USER);

        // Then
        assertThat(page.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(page.body());
    }

    @Test
    void theLocalOwnerIsWhoHasTheKeyAndNobodyElse() {
        try (PackagedService service = PackagedService.embedded("owners-rights", Home.fresh("owners-rights"))
                .start()) {
            // Given
            World here = ofOwner(service);
            Shot signIn =
                    here.shot(row("POST /api/local/sign-in").body("{\"code\": \"" + service.signInCode() + "\"}"));

            // When
            List<String> letIn = attack(
                    here,
                    OF_THE_DOCUMENT.stream().map(Row::forNobody).toList(),
                    here.proofs().keySet(),
                    List.of(AS_IT_IS));
            Api owner = service.owner();

            // Then
            assertThat(letIn).isEmpty();
            assertThat(OF_THE_DOCUMENT.stream()
                            .filter(row -> !row.may().isEmpty())
                            .map(here::shot)
                            .map(shot -> owner.send(
                                            shot.method(),
                                            shot.path() + (shot.query().isEmpty() ? "" : "?" + shot.query()),
                                            shot.body())
                                    .status()))
                    .as("a user and an agent, who has nothing yet")
                    .isNotEmpty()
                    .doesNotContain(401, 403, 405, 500);
            assertThat(here.send(signIn.header("Origin: https://evil.example"), Who.NOBODY)
                            .status())
                    .isEqualTo(403);
            assertThat(here.send(signIn.header("Origin: " + here.url()), Who.NOBODY)
                            .status())
                    .isEqualTo(204);
            assertThat(owner.post("/api/local/link", "").status()).isEqualTo(201);
        }
    }

    /** Who was let in that should not have been, to what, and by which spelling. */
    private static List<String> attack(World on, List<Row> rows, Collection<Who> all, List<Spelling> spellings) {
        return inParallel(rows.stream()
                .flatMap(row -> all.stream()
                        .filter(who -> !row.may().contains(who))
                        .flatMap(who -> spellings.stream().map(spelling -> () -> {
                            Received answer = on.send(spelling.change().apply(on.shot(row)), who);
                            boolean wrong = isLetIn(answer) || answer.status() >= 500 || answer.status() == 429;
                            return wrong
                                    ? List.of(who + " " + row + " " + spelling + ": " + answer.status())
                                    : List.of();
                        }))));
    }

    private static Callable<List<String>> tells(Row row, Who who, Spelling spelling) {
        return () -> {
            Received answer = world.send(spelling.change().apply(world.shot(row)), who);
            return isLetIn(answer) && world.hiddenFrom(who).stream().anyMatch(answer::says)
                    ? List.of(who + " " + row + " " + spelling)
                    : List.of();
        };
    }

    /** A redirect to the provider is a success, too. */
    private static boolean isLetIn(Received answer) {
        return answer.status() >= 200 && answer.status() < 400;
    }

    /** What takes something away has something of its own to take. */
    private static Shot own(Row row) {
        if (!row.spends()) {
            return world.shot(row);
        }
        Api user = world.user();
        String agent = user.post("/api/agents", "{\"name\": \"spare\", \"mode\": \"token\"}")
                .text("id");
        String connection = row.path().startsWith("/api/apps")
                ? user.post("/api/apps", "{\"provider\": \"acme\", \"grant\": \"client_credentials\"}")
                        .text("id")
                : world.connection();
        return world.shot(row, connection, agent);
    }

    private static HttpRequest overHttp2(Row row, Who who) {
        Shot shot = world.shot(row);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(world.url() + shot.path() + (shot.query().isEmpty() ? "" : "?" + shot.query())))
                .method(
                        shot.method(),
                        shot.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(shot.body()));
        if (!shot.body().isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        world.proofs().get(who).headers(shot).forEach(line -> {
            int colon = line.indexOf(": ");
            request.header(line.substring(0, colon), line.substring(colon + 2));
        });
        return request.build();
    }

    /** The methods of each path; HEAD is GET without a body. */
    private static Map<String, Set<String>> methodsOfPaths() {
        return OF_THE_DOCUMENT.stream().collect(groupingBy(Row::path, mapping(Row::method, toSet())));
    }

    /** Callbacks may be posted, and HEAD is what GET is. */
    private static boolean isOf(Set<String> methods, String path, String method) {
        return methods.contains(method)
                || (method.equals("HEAD") && methods.contains("GET"))
                || (method.equals("POST") && path.contains("callback"));
    }

    private static Row row(String operation) {
        return TABLE.stream()
                .filter(row -> row.operation().equals(operation))
                .findFirst()
                .orElseThrow();
    }

    private static Answer asUser(String target) {
        return world.user().get(target);
    }

    private static List<String> ids(Answer list) {
        return list.json().path("items").findValuesAsText("id");
    }

    private static List<String> inParallel(Stream<Callable<List<String>>> calls) {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<String> all = new ArrayList<>();
            for (Future<List<String>> each : threads.invokeAll(calls.toList())) {
                all.addAll(each.get());
            }
            return all;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static World world(OperatorsService operators, PackagedService service) {
        String account = "org_" + UUID.randomUUID();
        TestUser user = operators.memberOf(account);
        String connection = user.connect(operators.telling());
        TestAgent agent = user.agent("token");
        TestAgent proxy = user.agent("proxy");
        TestAgent leftOut = user.agent("token");
        TestAgent removed = user.agent("token");
        TestUser stranger = operators.user();
        TestAgent foreign = stranger.agent("token");
        KubernetesCluster.Pod pod = cluster.pod("team", "crawler-" + UUID.randomUUID());
        String podsAgent = register(service, operators, account, pod);
        List<String> named = List.of(agent.id(), proxy.id(), podsAgent);
        assertThat(user.api()
                        .send(
                                "PATCH",
                                "/api/apps/" + connection,
                                "{\"agentIds\": [\"" + String.join("\", \"", named) + "\"]}")
                        .status())
                .isEqualTo(200);
        assertThat(user.api().delete("/api/agents/" + removed.id()).status()).isEqualTo(204);
        String flow = user.api()
                .post("/api/apps/authorize", "{\"provider\": \"telling\"}")
                .text("id");
        Map<Who, Proof> proofs = new EnumMap<>(Who.class);
        proofs.put(Who.NOBODY, Proof.nothing());
        proofs.put(Who.GARBAGE, Proof.bearer("e30.e30.e30"));
        proofs.put(
                Who.EXPIRED_USER,
                Proof.bearer(operators.mock().expiredToken(user.subject(), Map.of("org_id", List.of(account)))));
        proofs.put(USER, Proof.bearer(user.token()));
        proofs.put(COLLEAGUE, Proof.bearer(operators.memberOf(account).token()));
        proofs.put(FOREIGN_PAGE, shot -> List.of("Cookie: __session=" + user.token(), "Origin: https://evil.example"));
        proofs.put(STRANGER, Proof.bearer(stranger.token()));
        proofs.put(
                OPERATOR,
                Proof.bearer(operators.mock().userToken("keeper-of-others", Map.of("roles", List.of("keeper")))));
        proofs.put(Who.LOCAL_OWNER, Proof.signed("local", "0123456789abcdef".repeat(4)));
        proofs.put(AGENT, Proof.signed(agent.id(), agent.secret()));
        proofs.put(POD, Proof.bearer(pod.token()));
        proofs.put(PROXY_AGENT, Proof.signed(proxy.id(), proxy.secret()));
        proofs.put(AGENT_LEFT_OUT, Proof.signed(leftOut.id(), leftOut.secret()));
        proofs.put(FOREIGN_AGENT, Proof.signed(foreign.id(), foreign.secret()));
        proofs.put(Who.REMOVED_AGENT, Proof.signed(removed.id(), removed.secret()));
        proofs.put(Who.WRONG_SECRET, Proof.signed(agent.id(), "fedcba9876543210".repeat(4)));
        proofs.put(Who.FOREIGN_SECRET, Proof.signed(agent.id(), foreign.secret()));
        proofs.put(
                Who.UNREGISTERED_POD,
                Proof.bearer(cluster.pod("team", "nobody-" + UUID.randomUUID()).token()));
        proofs.put(
                Who.POD_OF_OTHER_AUDIENCE,
                Proof.bearer(pod.token(claims -> claims.setAudience("https://kubernetes.default.svc"))));
        return new World(service, account, user, connection, agent.id(), flow, named, proofs);
    }

    /** The id of the agent that the pods of a service account are. */
    private static String register(
            PackagedService service, OperatorsService operators, String account, KubernetesCluster.Pod pod) {
        String keeper =
                operators.mock().userToken("keeper", Map.of("org_id", List.of(account), "roles", List.of("keeper")));
        return service.bearer(keeper)
                .post(
                        "/api/agents",
                        "{\"name\": \"pod\", \"mode\": \"token\", \"kubernetes\": {\"cluster\": \"north\","
                                + " \"namespace\": \"team\", \"serviceAccount\": \"" + pod.serviceAccount() + "\"}}")
                .text("id");
    }

    /** Where there are neither users nor agents but the owner, and nothing is connected. */
    private static World ofOwner(PackagedService service) {
        Map<Who, Proof> proofs = new EnumMap<>(Who.class);
        proofs.put(Who.NOBODY, Proof.nothing());
        proofs.put(Who.GARBAGE, Proof.bearer("e30.e30.e30"));
        proofs.put(Who.LOCAL_OWNER, Proof.signed("local", "0123456789abcdef".repeat(4)));
        proofs.put(Who.WRONG_SECRET, Proof.signed(UUID.randomUUID().toString(), "0123456789abcdef".repeat(4)));
        proofs.put(FOREIGN_PAGE, shot -> List.of("Cookie: grantkeeper_session=9999999999.AAAA; __session=e30.e30.e30"));
        String none = UUID.randomUUID().toString();
        return new World(service, "local", null, none, none, none, List.of(), proofs);
    }

    @SafeVarargs
    private static Set<Who> union(Set<Who>... sets) {
        return Arrays.stream(sets).flatMap(Set::stream).collect(toSet());
    }
}
