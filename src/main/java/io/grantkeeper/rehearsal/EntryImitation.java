package io.grantkeeper.rehearsal;

import static io.grantkeeper.rehearsal.Unlike.require;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grantkeeper.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider as its entry's file describes it, and no other: a request that is not as the file has it is answered with a 400
 * that says why, and remembered among the {@link #complaints}.
 */
final class EntryImitation {

    /** What must be encoded in a form, in JSON or in a header stands in what we are registered with. */
    static final String CLIENT_ID = "our:client/1+&%\"x";

    static final String CLIENT_SECRET = "s%e:c r+é&=\"\\";
    static final URI CALLBACK = URI.create("https://keeper.example/api/apps/callback?to=a%20b");

    /** What is asked next. The steps of one client come one after another. */
    enum Call {
        AUTHORIZATION,
        EXCHANGE,
        REFRESH,
        USERINFO,
        REVOCATION
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern WORD = Pattern.compile("\\{(\\w+)}");
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    private final EntryText entry;
    private final ImitatedAnswers answers;
    private final ClientKey key = ClientKey.fresh();
    private final List<Unlike> complaints = new ArrayList<>();
    private Call next = Call.AUTHORIZATION;
    private Optional<Response> instead = Optional.empty();
    private SequencedSet<String> chosen = new LinkedHashSet<>();
    private SequencedSet<String> asked = new LinkedHashSet<>();
    private String challenge = "";
    private String code = "";
    private String state = "";
    private boolean upgraded = true;

    /** @param entry that of the provider at the imitation's own address */
    EntryImitation(EntryText entry) {
        this.entry = entry;
        this.answers = new ImitatedAnswers(entry);
    }

    EntryText entry() {
        return entry;
    }

    ImitatedAnswers answers() {
        return answers;
    }

    /** The scopes of the last authorization request. */
    SequencedSet<String> asked() {
        return asked;
    }

    synchronized List<Unlike> complaints() {
        return List.copyOf(complaints);
    }

    synchronized void expect(Call call) {
        next = call;
    }

    /** What the user has chosen before the authorization request. */
    synchronized void expectScopes(Set<String> choice) {
        chosen = new LinkedHashSet<>(choice);
    }

    /** Answers so from now on, when a request is as it should be. */
    synchronized void answerInstead(Response response) {
        instead = Optional.of(response);
    }

    /** As usual again. */
    synchronized void answerAsUsual() {
        instead = Optional.empty();
    }

    synchronized Response answer(Request request) {
        if (request.target().equals(discoveryDocument())) {
            return published();
        }
        try {
            return switch (next) {
                case AUTHORIZATION -> authorization(request);
                case EXCHANGE -> exchange(request);
                case REFRESH -> refresh(request);
                case USERINFO -> userinfo(request);
                case REVOCATION -> revocation(request);
            };
        } catch (Unlike unlike) {
            return complaint(unlike);
        } catch (ClassCastException | IllegalArgumentException impossible) {
            return complaint(new Unlike("entry", "one whose provider can be", impossible));
        }
    }

    private String discoveryDocument() {
        return entry.text("/issuer")
                .map(issuer -> path(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration"))
                .orElse("");
    }

    /** What an issuer tells of itself (OpenID Connect Discovery §3), as far as an entry may leave it to that. */
    private Response published() {
        ObjectNode document = JSON.createObjectNode();
        document.put("issuer", entry.text("/issuer", ""));
        document.put("authorization_endpoint", entry.text("/authorization_url", ""));
        document.put("token_endpoint", entry.text("/token_url", ""));
        entry.text("/userinfo/url").ifPresent(url -> document.put("userinfo_endpoint", url));
        entry.text("/revocation/url").ifPresent(url -> document.put("revocation_endpoint", url));
        return Response.json(200, document.toString());
    }

    private Response complaint(Unlike unlike) {
        complaints.add(unlike);
        return Response.json(
                400,
                JSON.createObjectNode()
                        .put("error", "unlike_the_entry")
                        .put("error_description", unlike.getMessage())
                        .toString());
    }

    private Response authorization(Request request) {
        String[] url = entry.text("/authorization_url", "").split("\\?", 2);
        require("method", "GET", request.method());
        require("address", path(url[0]), request.path());
        Map<String, String> got = request.query();
        Map<String, String> wanted = new LinkedHashMap<>(url.length < 2 ? Map.of() : Request.decoded(url[1]));
        asked = wantedScopes();
        wanted.putAll(standardQuery(got));
        filled("/authorization_params").forEach(wanted::putIfAbsent);
        require("query", wanted, got);
        challenge = got.getOrDefault("code_challenge", "");
        state = got.getOrDefault("state", "");
        code = "c/o d+e&=" + state;
        answers.authorized(asked, Optional.ofNullable(got.get("nonce")));
        return new Response(302, Map.of("Location", callback()), "");
    }

    private Map<String, String> standardQuery(Map<String, String> got) {
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put(name("response_type"), "code");
        wanted.put(name("client_id"), CLIENT_ID);
        wanted.put(name("redirect_uri"), CALLBACK.toString());
        if (!scopesIn("scope").isEmpty()) {
            wanted.put(name("scope"), joined(scopesIn("scope")));
        }
        for (String parameter : entry.map("/scope_params").keySet()) {
            if (!scopesIn(parameter).isEmpty()) {
                wanted.put(parameter, joined(scopesIn(parameter)));
            }
        }
        wanted.put("state", some(got, "state"));
        if (isChallenged()) {
            wanted.put("code_challenge", some(got, "code_challenge"));
            wanted.put("code_challenge_method", "S256");
        }
        if (isNonced()) {
            wanted.put("nonce", some(got, "nonce"));
        }
        return wanted;
    }

    private String callback() {
        Map<String, String> parameters = new TreeMap<>(answers.inCallback());
        parameters.put(entry.text("/callback/code", "code"), code);
        parameters.put("state", state);
        return CALLBACK
                + parameters.entrySet().stream()
                        .map(each -> "&" + each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
                        .collect(joining());
    }

    /** What our client is registered with, or has of its own. */
    Secret clientSecret() {
        return entry.has("/client_secret_jwt") ? key.pem() : Secret.of(CLIENT_SECRET);
    }

    private Response exchange(Request request) {
        if (isUpgrade(request)) {
            tokenQuery(request, "/refresh/upgrade", answers.accessToken());
            upgraded = true;
            return instead.orElseGet(answers::upgraded);
        }
        upgraded = !entry.has("/refresh/upgrade");
        Map<String, String> got = tokenParameters(request, entry.text("/token_url", ""));
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("grant_type", "authorization_code");
        wanted.put("code", code);
        wanted.put("redirect_uri", CALLBACK.toString());
        if (isChallenged()) {
            wanted.put("code_verifier", some(got, "code_verifier"));
        }
        authenticate(request, entry.text("/client_auth", "basic"), wanted);
        Map<String, String> named = named(wanted);
        named.putAll(besides("/token_params"));
        require("parameters", named, got);
        if (isChallenged()) {
            requireVerifier(got.getOrDefault("code_verifier", ""));
        }
        return instead.orElseGet(answers::exchanged);
    }

    private boolean isUpgrade(Request request) {
        String url = entry.text("/refresh/upgrade/url", "");
        return !url.isEmpty()
                && request.method().equals("GET")
                && path(url).split("\\?", 2)[0].equals(request.path());
    }

    /** A GET with a token in its query, and whatever else the entry has there. */
    private void tokenQuery(Request request, String key, String token) {
        tokenHeaders(request);
        require("method", "GET", request.method());
        Map<String, String> wanted = filled(key + "/params");
        wanted.replaceAll(
                (name, value) -> value.replace("{access_token}", token).replace("{refresh_token}", token));
        require("parameters", wanted, queryBesides(entry.text(key + "/url", ""), request));
    }

    /** The token in a query, wherever the entry has it alone; else the present one. */
    private String tokenIn(Request request, String key) {
        Map<String, String> got = queryBesides(entry.text(key + "/url", ""), request);
        return entry.map(key + "/params").entrySet().stream()
                .filter(each -> each.getValue().matches("\\{(access|refresh)_token}"))
                .map(each -> some(got, each.getKey()))
                .findFirst()
                .orElseGet(answers::accessToken);
    }

    private Response refresh(Request request) {
        if (entry.has("/refresh/renews_itself")) {
            String used = tokenIn(request, "/refresh/renews_itself");
            tokenQuery(request, "/refresh/renews_itself", used);
            return instead.orElseGet(() -> answers.refreshed(used));
        }
        Map<String, String> got = tokenParameters(request, entry.text("/refresh_url", entry.text("/token_url", "")));
        String refreshToken = some(got, name("refresh_token"));
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("grant_type", "refresh_token");
        wanted.put("refresh_token", refreshToken);
        authenticate(request, entry.text("/client_auth", "basic"), wanted);
        Map<String, String> named = named(wanted);
        named.putAll(besides("/refresh_params"));
        require("parameters", named, got);
        return instead.orElseGet(() -> answers.refreshed(refreshToken));
    }

    /** Those of a token request at this address, in its body or in its query. */
    private Map<String, String> tokenParameters(Request request, String url) {
        tokenHeaders(request);
        if (!entry.text("/token_body", "form").equals("query")) {
            require("method", "POST", request.method());
            require("address", path(url), request.target());
            return request.parameters(entry.text("/token_body", "form"));
        }
        require("method", "GET", request.method());
        require("body", "", request.body());
        return queryBesides(url, request);
    }

    /** The parameters that a request has besides those of an address. */
    private static Map<String, String> queryBesides(String url, Request request) {
        String before = path(url) + (url.contains("?") ? "&" : "?");
        if (!request.target().startsWith(before)) {
            throw new Unlike("address", before + "…", request.target());
        }
        return Request.decoded(request.target().substring(before.length()));
    }

    private Response userinfo(Request request) {
        if (isForAccountsAlone(request)) {
            return accounts(request);
        }
        require("method", entry.text("/userinfo/method", "GET"), request.method());
        require("address", carrying(entry.text("/userinfo/url", "")), request.target());
        require("body", entry.text("/userinfo/body", ""), request.body());
        if (entry.has("/userinfo/body")) {
            request.requireHeader("Content-Type", "application/json");
        }
        filled("/userinfo/headers").forEach(request::requireHeader);
        requireAccessToken(request);
        return instead.orElseGet(answers::userinfo);
    }

    private boolean isForAccountsAlone(Request request) {
        Optional<String> list = entry.text("/accounts/url");
        return list.filter(url -> request.target().equals(carrying(url))).isPresent()
                && !list.equals(entry.text("/userinfo/url"));
    }

    private Response accounts(Request request) {
        require("method", "GET", request.method());
        filled("/accounts/headers").forEach(request::requireHeader);
        String scheme = entry.text("/accounts/scheme", "");
        if (scheme.isEmpty()) {
            requireAccessToken(request);
        } else {
            String header = entry.text("/access_token_in/header", "Authorization");
            request.requireHeader(header, scheme + " " + answers.accessToken());
        }
        return answers.accounts();
    }

    private Response revocation(Request request) {
        String url = entry.text("/revocation/url", "").replace("{client_id}", URLEncoder.encode(CLIENT_ID, UTF_8));
        String style = entry.text("/revocation/style", "rfc7009");
        require("address", style.equals("bearer") ? carrying(url) : path(url), request.target());
        switch (style) {
            case "bearer" -> {
                require("method", entry.text("/revocation/method", "POST"), request.method());
                require("body", "", request.body());
                requireAccessToken(request);
            }
            case "github" -> {
                require("method", "DELETE", request.method());
                authenticate(request, "basic", new LinkedHashMap<>());
                require("parameters", Map.of("access_token", answers.accessToken()), request.parameters("json"));
            }
            default -> revocationOfParameters(request);
        }
        return instead.orElseGet(() -> Response.empty(200));
    }

    private void revocationOfParameters(Request request) {
        require("method", entry.text("/revocation/method", "POST"), request.method());
        boolean byRefreshToken = answers.refreshToken().isPresent()
                && !entry.text("/revocation/token", "").equals("access_token");
        String token = byRefreshToken ? answers.refreshToken().get() : answers.accessToken();
        Map<String, String> wanted = new LinkedHashMap<>();
        if (!entry.has("/revocation/params")) {
            wanted.put("token", token);
            wanted.put("token_type_hint", byRefreshToken ? "refresh_token" : "access_token");
        }
        authenticate(request, entry.text("/revocation/client_auth", entry.text("/client_auth", "basic")), wanted);
        Map<String, String> named = named(wanted);
        filled("/revocation/params").forEach((name, value) -> named.put(name, value.replace("{token}", token)));
        require("parameters", named, request.parameters(entry.text("/revocation/body", "form")));
    }

    /** The client's proof, which the form has or the header, and never both. */
    private void authenticate(Request request, String how, Map<String, String> wanted) {
        String authorization = switch (how) {
            case "basic", "both" -> basic(URLEncoder.encode(CLIENT_ID, UTF_8), URLEncoder.encode(CLIENT_SECRET, UTF_8));
            case "basic_raw" -> basic(CLIENT_ID, CLIENT_SECRET);
            case "post" -> {
                wanted.put("client_id", CLIENT_ID);
                wanted.put("client_secret", secretIn(request));
                yield "";
            }
            default -> {
                wanted.put("client_id", CLIENT_ID);
                yield "";
            }
        };
        require("Authorization", authorization, request.header("Authorization").orElse(""));
    }

    /** The secret, or what was made and signed for one. */
    private String secretIn(Request request) {
        return entry.has("/client_secret_jwt") ? signedIn(request) : CLIENT_SECRET;
    }

    private String signedIn(Request request) {
        Map<String, String> got = request.body().isEmpty() ? request.query() : Request.decoded(request.body());
        String jwt = got.getOrDefault(name("client_secret"), "(none)");
        if (!key.hasSigned(jwt)) {
            throw new Unlike("client secret", "a JWT that our key has signed", jwt);
        }
        require(
                "kid",
                entry.text("/client_secret_jwt/key_id", ""),
                part(jwt, 0).path("kid").asText());
        JsonNode claims = part(jwt, 1);
        require(
                "iss",
                entry.text("/client_secret_jwt/issuer", ""),
                claims.path("iss").asText());
        require(
                "aud",
                entry.text("/client_secret_jwt/audience", ""),
                claims.path("aud").asText());
        require("sub", CLIENT_ID, claims.path("sub").asText());
        return jwt;
    }

    private static JsonNode part(String jwt, int index) {
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[index]));
        } catch (IOException unreadable) {
            throw new Unlike("client secret", "a JWT", jwt);
        }
    }

    private static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
    }

    private void tokenHeaders(Request request) {
        Map<String, String> declared = filled("/headers/token");
        declared.forEach(request::requireHeader);
        if (declared.keySet().stream().noneMatch("Accept"::equalsIgnoreCase)) {
            request.requireHeader("Accept", "application/json");
        }
    }

    /** The address of a request that carries the access token, which may be in its query. */
    private String carrying(String url) {
        return path(url)
                + entry.text("/access_token_in/query")
                        .map(name -> (url.contains("?") ? "&" : "?") + name + "="
                                + URLEncoder.encode(answers.accessToken(), UTF_8)
                                        .replace("+", "%20"))
                        .orElse("");
    }

    private void requireAccessToken(Request request) {
        if (!upgraded) {
            throw new Unlike("access token", "one that was upgraded", "that of the exchange");
        }
        if (entry.has("/access_token_in/query")) {
            require("header Authorization", "", request.header("Authorization").orElse(""));
            return;
        }
        String header = entry.text("/access_token_in/header", "Authorization");
        String usual = header.equalsIgnoreCase("Authorization") ? "Bearer" : "";
        String scheme = entry.text("/access_token_in/scheme", usual);
        request.requireHeader(header, (scheme + " " + answers.accessToken()).strip());
    }

    private void requireVerifier(String verifier) {
        if (!VERIFIER.matcher(verifier).matches()) {
            throw new Unlike("code verifier", "43 to 128 unreserved characters", verifier);
        }
        require("the challenge of the verifier", challenge, s256(verifier));
    }

    private static String s256(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private boolean isChallenged() {
        return !entry.text("/pkce", "unknown").equals("unsupported");
    }

    private boolean isNonced() {
        return asked.contains("openid") && entry.flag("/token_response/nonce", true);
    }

    /** Those that are required and those that were chosen, or the usual ones: in the order of the entry. */
    private SequencedSet<String> wantedScopes() {
        List<String> choice = chosen.isEmpty() ? entry.list("/default_scopes") : List.copyOf(chosen);
        boolean all = !entry.flag("/scope_picker", true);
        return entry.map("/scopes").keySet().stream()
                .filter(scope -> all
                        || choice.contains(scope)
                        || entry.list("/required_scopes").contains(scope))
                .collect(toCollection(LinkedHashSet::new));
    }

    private String joinedScopes() {
        return joined(List.copyOf(asked));
    }

    private String joined(List<String> scopes) {
        return String.join(entry.text("/scope_separator", " "), scopes);
    }

    /** Those that a parameter of the authorization request asks for. */
    private List<String> scopesIn(String parameter) {
        return asked.stream()
                .filter(scope -> parameterOf(scope).equals(parameter))
                .toList();
    }

    private String parameterOf(String scope) {
        return entry.map("/scope_params").keySet().stream()
                .filter(parameter -> entry.list("/scope_params/" + parameter).contains(scope))
                .findFirst()
                .orElse("scope");
    }

    /** The provider's name of a parameter that the standard has. */
    private String name(String standard) {
        return entry.text("/param_names/" + standard, standard);
    }

    private Map<String, String> named(Map<String, String> standard) {
        Map<String, String> named = new LinkedHashMap<>();
        standard.forEach((name, value) -> named.put(name(name), value));
        return named;
    }

    private Map<String, String> filled(String pointer) {
        Map<String, String> filled = new LinkedHashMap<>();
        entry.map(pointer)
                .forEach((name, value) -> filled.put(
                        name, WORD.matcher(value).replaceAll(word -> Matcher.quoteReplacement(value(word.group(1))))));
        return filled;
    }

    /** One that has no value is left out, such as a scope where none is asked for. */
    private Map<String, String> besides(String pointer) {
        Map<String, String> besides = filled(pointer);
        besides.values().removeIf(String::isEmpty);
        return besides;
    }

    private String value(String word) {
        return switch (word) {
            case "client_id" -> CLIENT_ID;
            case "client_secret" -> CLIENT_SECRET;
            case "redirect_uri" -> CALLBACK.toString();
            case "scopes" -> joinedScopes();
            case "state" -> state;
            default -> "{" + word + "}";
        };
    }

    private static String some(Map<String, String> got, String name) {
        return Optional.ofNullable(got.get(name))
                .filter(value -> !value.isBlank())
                .orElse("(something)");
    }

    private static String path(String url) {
        return url.substring(url.indexOf('/', "http://".length()));
    }
}
