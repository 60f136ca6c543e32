package io.grantkeeper.provider;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.oauth.AnswerPlaces;
import io.grantkeeper.oauth.Dialect;
import io.grantkeeper.oauth.Meaning;
import io.grantkeeper.oauth.OutcomeRule;
import io.grantkeeper.oauth.OutcomeTable;
import io.grantkeeper.oauth.ParameterNames;
import io.grantkeeper.provider.Requests.Format;
import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An entry that nothing is wrong with, and the provider that it describes: each key, and what stands for a missing one.
 *
 * @param tree with what is known of its fields filled in
 * @param template as it was written, which is what people are shown
 */
record ProviderEntry(JsonNode tree, EntryTemplate template) {

    private static final Map<String, String> SIGN_IN = Map.of("openid", "Sign in");

    /** The entry before anything is known of a connection. */
    static ProviderEntry of(JsonNode tree) {
        EntryTemplate template = EntryTemplate.of(tree);
        return new ProviderEntry(template.filled(ConnectionFields.NONE), template);
    }

    Provider provider(List<ClientSettings> clientSettings, boolean custom, boolean allowPrivate) {
        return new Provider(
                id(),
                text("/name").orElseThrow(),
                text("/description").or(() -> text("/name")).orElseThrow(),
                text("/category"),
                endpoints(),
                clientSettings,
                requests(),
                new CallbackForm(text("/callback/code"), text("/callback/hmac")),
                scopes(),
                identity(),
                userinfoRequest(),
                accounts(),
                dialect(),
                text("/token_response/also"),
                refresh(),
                new Api(
                        list("/api_base_urls").stream().map(URI::create).toList(),
                        accessTokenIn(),
                        texts("/headers/api")),
                presentation(),
                services(),
                grants(),
                custom,
                allowPrivate,
                template);
    }

    private String id() {
        return text("/id").orElseThrow();
    }

    private DeclaredEndpoints endpoints() {
        return new DeclaredEndpoints(
                uri("/authorization_url"),
                uri("/token_url"),
                uri("/refresh_url"),
                text("/revocation/url").map(this::revocation),
                uri("/userinfo/url"),
                text("/issuer"),
                flag("/authorization_response_iss_parameter_supported", false));
    }

    private Revocation revocation(String url) {
        Revocation usual = new Revocation(revocationStyle(), url);
        return new Revocation(
                usual.style(),
                url,
                text("/revocation/method").map(HttpMethod::valueOf).orElse(usual.method()),
                text("/revocation/token").map(TokenKind::of).or(usual::only),
                texts("/revocation/params"),
                format("/revocation/body"),
                text("/revocation/client_auth").map(ProviderEntry::clientAuthentication));
    }

    private Revocation.Style revocationStyle() {
        return Revocation.Style.valueOf(
                text("/revocation/style").orElse("rfc7009").toUpperCase(Locale.ROOT));
    }

    private Requests requests() {
        return new Requests(
                clientAuthentication(text("/client_auth").orElse("basic")),
                !text("/pkce").orElse("supported").equals("unsupported"),
                new ParameterNames(texts("/param_names")),
                texts("/authorization_params"),
                texts("/token_params"),
                texts("/refresh_params"),
                texts("/headers/token"),
                format("/token_body"),
                clientSecretJwt());
    }

    /** It is there, or nothing is shown at all: what the setting holds is a key. */
    private Optional<ClientSecretJwt> clientSecretJwt() {
        return template.tree().has("client_secret_jwt")
                ? Optional.of(new ClientSecretJwt(
                        text("/client_secret_jwt/audience").orElse(""),
                        text("/client_secret_jwt/issuer"),
                        text("/client_secret_jwt/key_id"),
                        seconds("/client_secret_jwt/ttl").orElse(Duration.ZERO)))
                : Optional.empty();
    }

    private static ClientAuthentication clientAuthentication(String word) {
        return switch (word) {
            case "basic_raw" -> ClientAuthentication.BASIC_RAW;
            case "post" -> ClientAuthentication.POST;
            case "none" -> ClientAuthentication.NONE;
            default -> ClientAuthentication.BASIC;
        };
    }

    private Scopes scopes() {
        return new Scopes(
                isIssuerAlone() ? SIGN_IN : texts("/scopes"),
                Ordered.copyOf(isIssuerAlone() ? SIGN_IN.keySet() : list("/required_scopes")),
                Ordered.copyOf(list("/default_scopes")),
                flag("/scope_picker", true),
                text("/scope_separator").orElse(" "),
                texts("/granted_as"),
                lists("/scope_params"));
    }

    /** Nothing but an issuer: users sign in there (OpenID Connect Core §3.1.2.1), since nothing else can be asked for. */
    private boolean isIssuerAlone() {
        JsonNode written = template.tree();
        return written.has("issuer")
                && !written.has("authorization_url")
                && !written.has("token_url")
                && !written.has("scopes");
    }

    private Identity identity() {
        return new Identity(
                place("subject").orElse(Identity.OPENID_CONNECT.subject()),
                place("name").or(Identity.OPENID_CONNECT::name),
                place("email").or(Identity.OPENID_CONNECT::email),
                place("account_id"));
    }

    private Optional<Place> place(String key) {
        return text("/identity/" + key)
                .map(Place::of)
                .or(() -> pointer("/userinfo/" + key).map(Place::userinfo));
    }

    private UserinfoRequest userinfoRequest() {
        return new UserinfoRequest(
                text("/userinfo/method").map(HttpMethod::valueOf).orElse(UserinfoRequest.STANDARD.method()),
                text("/userinfo/body"),
                texts("/userinfo/headers"));
    }

    private Optional<AccountList> accounts() {
        return uri("/accounts/url")
                .map(url -> new AccountList(
                        url,
                        texts("/accounts/headers"),
                        text("/accounts/scheme"),
                        pointer("/accounts/list"),
                        conditions("/accounts/where"),
                        conditions("/accounts/prefer")));
    }

    private Map<JsonPointer, String> conditions(String pointer) {
        return texts(pointer).entrySet().stream()
                .collect(toMap(each -> JsonPointer.compile(each.getKey()), Map.Entry::getValue));
    }

    private AccessTokenIn accessTokenIn() {
        return text("/access_token_in/query")
                .<AccessTokenIn>map(AccessTokenIn.Query::new)
                .orElseGet(this::tokenHeader);
    }

    private AccessTokenIn tokenHeader() {
        return AccessTokenIn.header(
                text("/access_token_in/header").orElse(AccessTokenIn.AUTHORIZATION), text("/access_token_in/scheme"));
    }

    private Dialect dialect() {
        return new Dialect(
                new AnswerPlaces(
                        pointer("/token_response/access_token"),
                        pointer("/token_response/refresh_token"),
                        pointer("/token_response/expires_in"),
                        pointer("/token_response/expires_at"),
                        pointer("/token_response/refresh_token_expires_in"),
                        pointer("/token_response/refresh_token_expires_at"),
                        pointer("/token_response/scope"),
                        pointer("/token_response/token_type"),
                        pointer("/token_response/error")),
                Set.copyOf(list("/token_response/token_types")),
                new OutcomeTable(StreamSupport.stream(tree.at("/token_errors").spliterator(), false)
                        .map(ProviderEntry::outcomeRule)
                        .toList()),
                tree.at("/token_response/nonce").asBoolean(true),
                text("/token_response/id_token_issuer"),
                inAnswer(),
                text("/token_response/prefix"));
    }

    /** What is to be kept of a token answer besides the tokens. */
    private Set<JsonPointer> inAnswer() {
        Stream<Place> told = Stream.concat(
                template.connectionFields().stream().flatMap(field -> field.from().stream()),
                Stream.of("/accounts/where", "/accounts/prefer")
                        .flatMap(pointer -> texts(pointer).values().stream())
                        .filter(Place::isOne)
                        .map(Place::of));
        return Stream.concat(identity().places(), told)
                .filter(place -> place.isIn(Place.Source.ANSWER))
                .map(Place::pointer)
                .collect(toUnmodifiableSet());
    }

    private static OutcomeRule outcomeRule(JsonNode rule) {
        return new OutcomeRule(
                Optional.of(rule.path("status")).filter(JsonNode::isNumber).map(JsonNode::intValue),
                Optional.ofNullable(rule.path("error").textValue()),
                Optional.ofNullable(rule.path("description").textValue()),
                Meaning.of(rule.path("means").asText()));
    }

    private Refresh refresh() {
        return new Refresh(
                !text("/refresh/issues_refresh_token").orElse("unknown").equals("never"),
                flag("/refresh/rotates", true) || isHint("refresh/rotates"),
                seconds("/refresh/reuse_grace_seconds").orElse(Duration.ZERO),
                seconds("/refresh/access_token_ttl"),
                limit("refresh/refresh_token_ttl"),
                flag("/refresh/invalidates_access", false),
                tokenQuery("/refresh/upgrade"),
                tokenQuery("/refresh/renews_itself")
                        .map(query -> new SelfRenewal(
                                query,
                                seconds("/refresh/renews_itself/not_before").orElse(Duration.ZERO))),
                limit("refresh/grant_ttl"),
                seconds("/refresh/testing_ttl"));
    }

    private Optional<TokenQuery> tokenQuery(String pointer) {
        return uri(pointer + "/url").map(url -> new TokenQuery(url, texts(pointer + "/params")));
    }

    private Optional<Refresh.Limit> limit(String key) {
        return seconds("/" + key).map(after -> new Refresh.Limit(after, !isHint(key)));
    }

    /** What is only hinted at is not relied on: where it makes a difference, the worst is assumed. */
    private boolean isHint(String key) {
        return list("/hints").contains(key);
    }

    private Map<String, Set<String>> services() {
        return lists("/services");
    }

    private Set<Grant> grants() {
        List<String> grants = list("/grants");
        return grants.isEmpty()
                ? Set.of(Grant.AUTHORIZATION_CODE)
                : Ordered.copyOf(grants.stream()
                        .map(grant -> Grant.valueOf(grant.toUpperCase(Locale.ROOT)))
                        .toList());
    }

    private Presentation presentation() {
        String envVar = text("/env_var").orElseGet(this::usualVariable);
        return new Presentation(
                envVar,
                text("/account_env_var"),
                tool(),
                text("/skill/install").map(Presentation.Skill::new),
                Optional.ofNullable(shown("/example").textValue()).orElseGet(() -> curlLine(envVar)),
                text("/token_lifetime").orElseGet(this::lifetimeInWords),
                shownBaseUrls());
    }

    private List<String> shownBaseUrls() {
        return StreamSupport.stream(shown("/api_base_urls").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** What a person reads, who fills in the words in braces. */
    private JsonNode shown(String pointer) {
        return template.tree().at(pointer);
    }

    private Presentation.Tool tool() {
        return text("/tool/name")
                .map(name -> new Presentation.Tool(
                        name,
                        text("/tool/install").orElseThrow(),
                        text("/tool/check").orElseThrow()))
                .orElse(Presentation.Tool.CURL);
    }

    /** No variable begins with a digit, though an id may. */
    private String usualVariable() {
        String variable = Settings.variable(id()) + "_ACCESS_TOKEN";
        return Character.isDigit(variable.charAt(0)) ? "_" + variable : variable;
    }

    private String curlLine(String envVar) {
        String besides = shown("/headers/api").properties().stream()
                .map(each -> "-H \"" + each.getKey() + ": " + each.getValue().asText() + "\" ")
                .collect(joining());
        return accessTokenIn().curl(envVar, besides, shown("/api_base_urls/0").asText("URL"));
    }

    private String lifetimeInWords() {
        return seconds("/refresh/access_token_ttl").map(ProviderEntry::inWords).orElse("as long as the provider says");
    }

    private static String inWords(Duration lifetime) {
        if (lifetime.toDays() > 1) {
            return "about " + lifetime.toDays() + " days";
        }
        if (lifetime.toHours() > 0) {
            return lifetime.toHours() == 1 ? "about 1 hour" : "about " + lifetime.toHours() + " hours";
        }
        return "about " + Math.max(1, lifetime.toMinutes()) + " minutes";
    }

    private Optional<String> text(String pointer) {
        return Optional.ofNullable(tree.at(pointer).textValue());
    }

    private Format format(String pointer) {
        return switch (text(pointer).orElse("form")) {
            case "json" -> Format.JSON;
            case "query" -> Format.QUERY;
            default -> Format.FORM;
        };
    }

    private Optional<URI> uri(String pointer) {
        return text(pointer).map(URI::create);
    }

    private Optional<JsonPointer> pointer(String pointer) {
        return text(pointer).map(JsonPointer::compile);
    }

    private boolean flag(String pointer, boolean otherwise) {
        return tree.at(pointer).asBoolean(otherwise);
    }

    private Optional<Duration> seconds(String pointer) {
        JsonNode number = tree.at(pointer);
        return number.isMissingNode() ? Optional.empty() : Optional.of(Duration.ofSeconds(number.longValue()));
    }

    private List<String> list(String pointer) {
        return StreamSupport.stream(tree.at(pointer).spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }

    private Map<String, Set<String>> lists(String pointer) {
        Map<String, Set<String>> lists = new LinkedHashMap<>();
        texts(pointer).keySet().forEach(key -> lists.put(key, Ordered.copyOf(list(pointer + "/" + key))));
        return lists;
    }

    private Map<String, String> texts(String pointer) {
        return tree.at(pointer).properties().stream()
                .collect(toMap(
                        Map.Entry::getKey, key -> key.getValue().asText(), (one, other) -> one, LinkedHashMap::new));
    }
}
