package io.grantkeeper.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the imitation of a provider answers to requests that are as they should be: in the shape that the entry has. */
final class ImitatedAnswers {

    static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    static final int LIFETIME = 1234;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> CLAIMS = Map.of("subject", "/sub", "name", "/name", "email", "/email");
    private static final String NOBODY = "who is not meant";

    private final EntryText entry;
    private SequencedSet<String> scopes = new LinkedHashSet<>();
    private Optional<String> nonce = Optional.empty();
    private Optional<String> refreshToken = Optional.empty();
    private String accessToken = "";
    private int tokens;
    private boolean exchanged;

    ImitatedAnswers(EntryText entry) {
        this.entry = entry;
    }

    void authorized(SequencedSet<String> granted, Optional<String> sentNonce) {
        scopes = granted;
        nonce = sentNonce;
        exchanged = false;
    }

    String accessToken() {
        return accessToken;
    }

    Optional<String> refreshToken() {
        return refreshToken;
    }

    /** Whether there are refresh tokens at all. */
    boolean refreshes() {
        return renewsItself()
                || !entry.text("/refresh/issues_refresh_token", "unknown").equals("never");
    }

    /** Whether the access token is what another is had for. */
    private boolean renewsItself() {
        return entry.has("/refresh/renews_itself");
    }

    /** Whether a refresh token is good once; taken for granted where nobody says. */
    boolean rotates() {
        return renewsItself() || entry.flag("/refresh/rotates", true);
    }

    /** A code is good once (RFC 6749 §4.1.2). */
    Response exchanged() {
        if (exchanged) {
            return refused(400, "invalid_grant", "");
        }
        exchanged = true;
        issue();
        JsonNode answer = granted(refreshes(), true);
        for (String place : everyPlace()) {
            if (place.startsWith("/")) {
                answer = with(answer, place, value(place));
            }
        }
        if (tellsIdToken()) {
            answer = with(answer, "/id_token", JSON.getNodeFactory().textNode(jwt(idTokenClaims())));
        }
        return granted(answer);
    }

    /** Another token for the one of the exchange. */
    Response upgraded() {
        issue();
        return granted(granted(true, true));
    }

    private Response granted(JsonNode answer) {
        return Response.json(200, entry.text("/token_response/prefix", "") + answer);
    }

    /** Every other time as a form, where the shape of the answer allows that. */
    Response refreshed(String used) {
        if (!Optional.of(used).equals(refreshToken)) {
            return refused(400, "invalid_grant", "");
        }
        issue();
        JsonNode answer = granted(rotates(), !entry.has("/refresh/access_token_ttl"));
        return tokens % 2 == 0 || entry.has("/token_response")
                ? granted(answer)
                : new Response(200, Map.of("Content-Type", "application/x-www-form-urlencoded"), form(answer));
    }

    private static String form(JsonNode answer) {
        return answer.properties().stream()
                .map(each ->
                        each.getKey() + "=" + URLEncoder.encode(each.getValue().asText(), UTF_8))
                .collect(joining("&"));
    }

    /** An error as the provider tells it. */
    Response refused(int status, String error, String description) {
        JsonNode answer = JSON.createObjectNode();
        if (!description.isEmpty()) {
            answer = with(answer, "/error_description", text(description));
        }
        String place = entry.text("/token_response/error", "/error");
        return Response.json(status, with(answer, place, text(error)).toString());
    }

    /** One that a rule of the entry is about. */
    Response refused(JsonNode rule) {
        int status = rule.path("status").asInt(400);
        return rule.has("error")
                ? refused(status, rule.path("error").asText(), described(rule))
                : new Response(status, Map.of(), "");
    }

    private static String described(JsonNode rule) {
        return rule.has("description") ? rule.path("description").asText().toUpperCase(Locale.ROOT) + " or so" : "";
    }

    Response userinfo() {
        return Response.json(200, String.valueOf(told("userinfo:", listsAccounts() ? accountList() : null)));
    }

    /** Whether one answer says who the user is and has the list of accounts. */
    private boolean listsAccounts() {
        return entry.text("/accounts/url").isPresent()
                && entry.text("/accounts/url").equals(entry.text("/userinfo/url"));
    }

    /** The list of accounts: one that does not fit before the one that does, where the entry can tell them apart. */
    Response accounts() {
        return Response.json(200, accountList().toString());
    }

    private JsonNode accountList() {
        @Nullable JsonNode account = told("accounts:", null);
        Map<String, String> conditions = conditions();
        for (Map.Entry<String, String> condition : conditions.entrySet()) {
            account = with(account, condition.getKey(), text(met(condition.getValue())));
        }
        ArrayNode list = JSON.createArrayNode();
        if (!conditions.isEmpty()) {
            list.add(with(null, conditions.keySet().iterator().next(), text(NOBODY)));
        }
        list.add(account);
        return entry.text("/accounts/list").map(at -> with(null, at, list)).orElse(list);
    }

    private Map<String, String> conditions() {
        Map<String, String> conditions = new LinkedHashMap<>(entry.map("/accounts/where"));
        conditions.putAll(entry.map("/accounts/prefer"));
        return conditions;
    }

    private String met(String condition) {
        return condition.matches("[a-z_]+:/.*") ? value(condition).asText() : condition;
    }

    /** What the callback has besides the code. */
    Map<String, String> inCallback() {
        Map<String, String> told = new LinkedHashMap<>();
        @Nullable JsonNode parameters = told("callback:", null);
        if (parameters != null) {
            parameters
                    .properties()
                    .forEach(each -> told.put(
                            each.getKey(),
                            each.getValue().isContainerNode()
                                    ? each.getValue().toString()
                                    : each.getValue().asText()));
        }
        return told;
    }

    private @Nullable JsonNode told(String source, @Nullable JsonNode tree) {
        @Nullable JsonNode told = tree;
        for (String place : everyPlace()) {
            if (place.startsWith(source)) {
                told = with(told, pointer(place), value(place));
            }
        }
        return told;
    }

    /** Where anything is told: who the user is, what is particular to the connection, what marks its account. */
    private Set<String> everyPlace() {
        Set<String> every = new LinkedHashSet<>(places().values());
        entry.toldFields().keySet().forEach(place -> every.add(placed(place)));
        conditions().values().stream()
                .filter(condition -> condition.matches("[a-z_]+:/.*"))
                .forEach(every::add);
        return every;
    }

    /** Who the user is, as far as the provider tells it; empty where it does not. */
    Optional<String> told(String what) {
        return Optional.ofNullable(places().get(what))
                .filter(this::isTold)
                .map(place -> value(place).asText());
    }

    private boolean isTold(String place) {
        return !place.startsWith("id_token:") || tellsIdToken();
    }

    /** Where each word of the identity is told: {@code [source:]/pointer}. */
    private Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        for (String what : List.of("subject", "account_id", "name", "email")) {
            entry.text("/identity/" + what)
                    .or(() -> entry.text("/userinfo/" + what).map(pointer -> "userinfo:" + pointer))
                    .or(() -> claim(what))
                    .map(this::placed)
                    .ifPresent(place -> places.put(what, place));
        }
        return places;
    }

    /** What OpenID Connect calls it, if anything; a list has no members of a name. */
    private Optional<String> claim(String what) {
        boolean isList = entry.text("/userinfo/subject", "").startsWith("/0");
        return isList ? Optional.empty() : Optional.ofNullable(CLAIMS.get(what)).map(claim -> "userinfo:" + claim);
    }

    /** Where there is no such endpoint, the ID token has what it would answer. */
    private String placed(String place) {
        return place.startsWith("userinfo:") && !entry.has("/userinfo/url") ? "id_token:" + pointer(place) : place;
    }

    private boolean tellsIdToken() {
        return scopes.contains("openid");
    }

    /** Many tell a user by a number. */
    private JsonNode value(String place) {
        Optional<String> field = entry.toldFields().entrySet().stream()
                .filter(each -> placed(each.getKey()).equals(place))
                .map(Map.Entry::getValue)
                .findFirst();
        if (field.isPresent()) {
            return text(field.get());
        }
        if (place.startsWith("field:")) {
            return text(entry.examples().getOrDefault(pointer(place).substring(1), ""));
        }
        return place.endsWith("/id")
                ? JSON.getNodeFactory().numberNode(7_000_000_000L + Math.floorMod(place.hashCode(), 1_000_000_000))
                : text("what stands at " + place);
    }

    private void issue() {
        tokens++;
        boolean isJwt = everyPlace().stream().anyMatch(place -> place.startsWith("access_token:"));
        accessToken = isJwt ? jwt(claims("access_token:").put("jti", tokens)) : "at/" + tokens + "+~=";
    }

    private JsonNode granted(boolean withRefreshToken, boolean withLifetime) {
        JsonNode answer = JSON.createObjectNode();
        answer = with(answer, at("access_token"), text(accessToken));
        answer = with(answer, at("token_type"), text(tokenType()));
        if (!scopes.isEmpty()) {
            answer = with(answer, at("scope"), text(grantedScopes()));
        }
        if (withLifetime) {
            answer = entry.has("/token_response/expires_at")
                    ? with(answer, at("expires_at"), number(NOW.getEpochSecond() + LIFETIME))
                    : with(answer, at("expires_in"), number(LIFETIME));
        }
        if (renewsItself()) {
            refreshToken = Optional.of(accessToken);
        } else if (withRefreshToken && refreshes()) {
            refreshToken = Optional.of("r/t " + tokens + "+&=%");
            answer = with(answer, at("refresh_token"), text(refreshToken.get()));
        }
        return answer;
    }

    private String at(String standard) {
        return entry.text("/token_response/" + standard, "/" + standard);
    }

    private String tokenType() {
        return entry.list("/token_response/token_types").stream().findFirst().orElse("bearer");
    }

    /** By the names that the provider has for them, separated as they were asked. */
    private String grantedScopes() {
        String separator = entry.text("/scope_separator", " ").equals(",") ? "," : " ";
        Map<String, String> names = entry.map("/granted_as");
        return String.join(
                separator,
                scopes.stream().map(scope -> names.getOrDefault(scope, scope)).toList());
    }

    /** Of somebody else where the entry looks for the user elsewhere. */
    private ObjectNode idTokenClaims() {
        ObjectNode claims = claims("id_token:");
        boolean sameSubject = String.valueOf(places().get("subject")).equals("userinfo:/sub");
        if (!claims.has("sub")) {
            claims.set("sub", sameSubject ? value("userinfo:/sub") : text(NOBODY));
        }
        claims.put("iss", idTokenIssuer());
        claims.put("aud", EntryImitation.CLIENT_ID);
        claims.put("exp", NOW.getEpochSecond() + 60);
        nonce.filter(sent -> entry.flag("/token_response/nonce", true)).ifPresent(sent -> claims.put("nonce", sent));
        return claims;
    }

    /** A word in braces stands for a tenant. */
    private String idTokenIssuer() {
        return entry.text("/token_response/id_token_issuer")
                .or(() -> entry.text("/issuer"))
                .map(issuer -> issuer.replaceAll("\\{[^{}/]*}", "some-tenant"))
                .orElse("https://issuer.example");
    }

    private ObjectNode claims(String source) {
        return (ObjectNode) Objects.requireNonNull(told(source, JSON.createObjectNode()));
    }

    private static String jwt(ObjectNode claims) {
        return "e30."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.toString().getBytes(UTF_8)) + ".c2ln";
    }

    private static String pointer(String place) {
        return place.substring(place.indexOf('/'));
    }

    private static JsonNode text(String text) {
        return JSON.getNodeFactory().textNode(text);
    }

    private static JsonNode number(long number) {
        return JSON.getNodeFactory().numberNode(number);
    }

    /** The tree with a value at a place, and with whatever it needs on the way there. */
    private static JsonNode with(@Nullable JsonNode tree, String pointer, JsonNode value) {
        return with(tree, JsonPointer.compile(pointer), value);
    }

    private static JsonNode with(@Nullable JsonNode tree, JsonPointer place, JsonNode value) {
        if (place.matches()) {
            return value;
        }
        if (place.mayMatchElement()) {
            ArrayNode array = tree instanceof ArrayNode present ? present : JSON.createArrayNode();
            while (array.size() <= place.getMatchingIndex()) {
                array.addNull();
            }
            array.set(place.getMatchingIndex(), with(array.get(place.getMatchingIndex()), place.tail(), value));
            return array;
        }
        ObjectNode object = tree instanceof ObjectNode present ? present : JSON.createObjectNode();
        String member = place.getMatchingProperty();
        object.set(member, with(object.get(member), place.tail(), value));
        return object;
    }
}
