package io.grantkeeper.provider;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.oauth.Meaning;
import io.grantkeeper.oauth.OutcomeTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a schema cannot say about an entry, whether or not the entry keeps to the schema. */
final class EntryChecks {

    private static final List<String> URLS = List.of("issuer", "authorization_url", "token_url", "refresh_url");

    /** What a request to a provider sets by itself. */
    private static final Set<String> OUR_HEADERS = Set.of(
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "host",
            "transfer-encoding");

    /** What a token or revocation request adds by itself (RFC 6749 §4.1.3 and §6, RFC 7636 §4.5, RFC 7009 §2.1). */
    private static final Set<String> TOKEN_PARAMETERS =
            Set.of("grant_type", "code", "code_verifier", "refresh_token", "token", "token_type_hint");

    private static final Set<String> DEATHS = Stream.of(Meaning.values())
            .filter(Meaning::isDeath)
            .map(Meaning::wireName)
            .collect(toUnmodifiableSet());

    private final EntryFile file;
    private final JsonNode entry;
    private final Providers builtIn;
    private final boolean allowPrivate;
    private final EntryTemplate template;
    private final List<Fault> faults = new ArrayList<>();

    private EntryChecks(EntryFile file, JsonNode entry, Providers builtIn, boolean allowPrivate) {
        this.file = file;
        this.entry = entry;
        this.builtIn = builtIn;
        this.allowPrivate = allowPrivate;
        this.template = FieldChecks.template(entry);
    }

    /** What is wrong with it besides. */
    static List<Fault> faults(EntryFile file, JsonNode entry, Providers builtIn, boolean allowPrivate) {
        EntryChecks checks = new EntryChecks(file, entry, builtIn, allowPrivate);
        checks.words();
        checks.addresses();
        checks.refreshUrl();
        checks.revocation();
        checks.issuer();
        checks.authorizationRequest();
        checks.parameterNames();
        checks.tokenHeaders();
        checks.clientSecretJwt();
        checks.tokensForTokens();
        checks.also();
        checks.tokenErrors();
        checks.scopes();
        checks.faults.addAll(FieldChecks.faults(file, entry));
        checks.faults.addAll(AnswerChecks.faults(file, entry));
        return checks.faults;
    }

    private void words() {
        JsonNode id = entry.path("id");
        if (file.isJson() && isAnotherOfThatName(id.asText())) {
            fault(id, "id is that of a built-in provider; choose another");
        }
        entry.path("services").properties().stream()
                .filter(service -> isAnothers(service.getKey(), id.asText()))
                .forEach(service -> fault(
                        service.getValue(),
                        "services/" + service.getKey() + " is a built-in provider's; choose another"));
    }

    /**
     * Whoever writes an entry takes a built-in provider's place knowingly. A plugin whose provider is only called like one
     * does not, and must not have everybody's connections lead to it, unless tokens come from the same place.
     */
    private boolean isAnotherOfThatName(String id) {
        String origin = template.rawOrigin();
        return builtIn.find(id)
                .filter(provider -> !origin.equalsIgnoreCase(provider.template().rawOrigin()))
                .isPresent();
    }

    private boolean isAnothers(String service, String id) {
        return builtIn.findService(service)
                .filter(taken -> !taken.provider().id().equals(id))
                .isPresent();
    }

    private void addresses() {
        URLS.forEach(key -> address(key, entry.path(key)));
        address("userinfo/url", entry.at("/userinfo/url"));
        address("revocation/url", entry.at("/revocation/url"));
        address("accounts/url", entry.at("/accounts/url"));
        address("refresh/upgrade/url", entry.at("/refresh/upgrade/url"));
        address("refresh/renews_itself/url", entry.at("/refresh/renews_itself/url"));
        entry.path("api_base_urls").forEach(url -> address("api_base_urls", url));
    }

    private void address(String key, JsonNode url) {
        if (url.isTextual() && EntryTemplate.words(url.textValue()).allMatch(word -> isKnown(key, word))) {
            String example = template.exemplified(url.textValue());
            String text = key.equals("revocation/url") ? Revocation.withClientId(example, "x") : example;
            EndpointUrls.objection(text, allowPrivate).ifPresent(objection -> fault(url, key + " " + objection));
        }
    }

    private boolean isKnown(String key, String word) {
        return template.isField(word) || (key.equals("revocation/url") && word.equals("client_id"));
    }

    /** A refresh token is sealed for the token endpoint's origin, so that an edited entry cannot have it sent elsewhere. */
    private void refreshUrl() {
        JsonNode refresh = entry.path("refresh_url");
        Optional<String> origin = template.origin(refresh.asText());
        if (origin.isPresent() && !EntryTemplate.originOf(refresh.asText()).equalsIgnoreCase(template.rawOrigin())) {
            fault(refresh, "refresh_url is not on the origin of token_url");
        }
    }

    /** Tokens are sent there: to whom must not depend on a setting. */
    private void revocation() {
        JsonNode url = entry.at("/revocation/url");
        if (Revocation.hasClientIdInHost(url.asText())) {
            fault(url, "revocation/url must not have {client_id} in its host");
        }
    }

    private void issuer() {
        JsonNode issuer = entry.path("issuer");
        if (issuer.asText().contains("?")) {
            fault(issuer, "issuer must not have a query");
        }
        JsonNode announced = entry.path("authorization_response_iss_parameter_supported");
        if (announced.asBoolean() && issuer.isMissingNode()) {
            fault(announced, "authorization_response_iss_parameter_supported needs an issuer to compare with");
        }
    }

    private void authorizationRequest() {
        JsonNode url = entry.path("authorization_url");
        Optional<String> reserved = EndpointUrls.reservedParameter(template.exemplified(url.asText()));
        reserved.ifPresent(name -> fault(url, "authorization_url must not set " + name));
        entry.path("authorization_params").properties().stream()
                .filter(parameter -> EndpointUrls.isReserved(parameter.getKey()))
                .forEach(parameter ->
                        fault(parameter.getValue(), "authorization_params must not set " + parameter.getKey()));
    }

    /** Two parameters of one name would be one, and whose value it had would be left to chance. */
    private void parameterNames() {
        Set<String> taken = new HashSet<>();
        entry.path("param_names").properties().forEach(name -> {
            String theirs = name.getValue().asText().toLowerCase(Locale.ROOT);
            boolean another = isParameterOfOurs(theirs) && !theirs.equals(name.getKey());
            if (another || !taken.add(theirs)) {
                fault(name.getValue(), "param_names/" + name.getKey() + " is the name of another parameter");
            }
        });
    }

    private static boolean isParameterOfOurs(String name) {
        return EndpointUrls.isReserved(name) || TOKEN_PARAMETERS.contains(name);
    }

    private void tokenHeaders() {
        entry.at("/headers/token").properties().stream()
                .filter(header -> isOurs(header.getKey()))
                .forEach(header -> fault(header.getValue(), "headers/token must not set " + header.getKey()));
    }

    private void clientSecretJwt() {
        JsonNode jwt = entry.path("client_secret_jwt");
        if (!jwt.isMissingNode() && entry.path("client_auth").asText().equals("none")) {
            fault(jwt, "client_secret_jwt is of no use to a client that proves itself by nothing");
        }
    }

    private void also() {
        JsonNode also = entry.at("/token_response/also");
        if (also.isTextual() && also.equals(entry.path("id"))) {
            fault(also, "token_response/also is the entry itself");
        }
        if (also.isTextual() && entry.at("/refresh/upgrade").isObject()) {
            fault(also, "token_response/also and refresh/upgrade are not known to go together");
        }
    }

    /** A token that renews itself has to be renewed in time, so its life has to be known. */
    private void tokensForTokens() {
        holdsAToken("refresh/upgrade", "{access_token}");
        holdsAToken("refresh/renews_itself", "{access_token}", "{refresh_token}");
        JsonNode renewal = entry.at("/refresh/renews_itself");
        JsonNode lifetime = entry.at("/refresh/access_token_ttl");
        if (renewal.isObject() && !lifetime.isNumber()) {
            fault(renewal, "refresh/renews_itself needs refresh/access_token_ttl, to be asked in time");
        }
        JsonNode notBefore = renewal.path("not_before");
        if (lifetime.isNumber() && notBefore.isNumber() && notBefore.longValue() >= lifetime.longValue()) {
            fault(notBefore, "refresh/renews_itself/not_before is the end of the token");
        }
    }

    private void holdsAToken(String key, String... words) {
        JsonNode params = entry.at("/" + key + "/params");
        boolean held = params.properties().stream()
                .map(each -> each.getValue().asText())
                .anyMatch(text -> Stream.of(words).anyMatch(text::contains));
        if (params.isObject() && !held) {
            fault(params, key + "/params do not hold {access_token}");
        }
    }

    /** Whether a request sets this header by itself. */
    static boolean isOurs(String header) {
        return OUR_HEADERS.contains(header.toLowerCase(Locale.ROOT));
    }

    private void tokenErrors() {
        int index = 0;
        for (JsonNode rule : entry.path("token_errors")) {
            tokenError("token_errors/" + index++, rule);
        }
    }

    private void tokenError(String key, JsonNode rule) {
        JsonNode status = rule.path("status");
        if (!rule.has("error") && !status.isNumber()) {
            fault(rule, key + " needs an error or a status");
        } else if (!rule.has("error") && status.intValue() / 100 == 2) {
            fault(status, key + " needs an error: a success that cannot be read is uncertain at every provider");
        }
        if (status.isNumber() && !OutcomeTable.isSpokenWith(status.intValue())) {
            fault(status, key + " has a status that is not about the grant and means the same at every provider");
        }
        if (DEATHS.contains(rule.path("means").asText())) {
            death(key, rule);
        }
    }

    /** A wrong one takes a connection from every user of the provider. */
    private void death(String key, JsonNode rule) {
        JsonNode error = rule.path("error");
        String code = error.asText().toLowerCase(Locale.ROOT);
        Optional<Meaning> usual = OutcomeTable.standard(code).filter(meaning -> !meaning.isDeath());
        if (!error.isTextual()) {
            fault(rule, key + " ends grants without the provider's word for it: name an error");
        } else if (code.equals("invalid_client") || usual.equals(Optional.of(Meaning.TRANSIENT))) {
            fault(error, key + " ends grants by an error that is never about a grant");
        } else if (usual.isPresent() && !rule.has("description")) {
            fault(error, key + " ends grants by an error that is mostly about the client: name a description too");
        }
    }

    private void scopes() {
        areOffered("required_scopes", entry.path("required_scopes"));
        areOffered("default_scopes", entry.path("default_scopes"));
        entry.path("services")
                .properties()
                .forEach(service -> areOffered("services/" + service.getKey(), service.getValue()));
        entry.path("granted_as").properties().forEach(name -> isOffered("granted_as", name.getKey(), name.getValue()));
        scopeParameters();
        if (!entry.path("scope_picker").asBoolean(true)) {
            choosesNothing("required_scopes");
            choosesNothing("default_scopes");
        }
    }

    /** A scope is asked in one place, and a parameter says one thing. */
    private void scopeParameters() {
        Set<String> placed = new HashSet<>();
        entry.path("scope_params").properties().forEach(parameter -> {
            String key = "scope_params/" + parameter.getKey();
            areOffered(key, parameter.getValue());
            parameter.getValue().forEach(scope -> {
                if (!placed.add(scope.asText())) {
                    fault(scope, key + " names " + scope.asText() + ", which another parameter has");
                }
            });
            if (isTaken(parameter.getKey())) {
                fault(parameter.getValue(), key + " is the name of another parameter");
            }
        });
    }

    private boolean isTaken(String parameter) {
        return EndpointUrls.isReserved(parameter)
                || entry.path("authorization_params").has(parameter)
                || entry.path("param_names").properties().stream()
                        .anyMatch(name -> name.getValue().asText().equalsIgnoreCase(parameter));
    }

    private void areOffered(String key, JsonNode scopes) {
        scopes.forEach(scope -> isOffered(key, scope.asText(), scope));
    }

    private void isOffered(String key, String scope, JsonNode where) {
        if (!entry.path("scopes").has(scope)) {
            fault(where, key + " names " + scope + ", which is not among scopes");
        }
    }

    private void choosesNothing(String key) {
        if (entry.has(key)) {
            fault(entry.path(key), key + " has no meaning without a picker: all scopes are asked always");
        }
    }

    private void fault(JsonNode where, String reason) {
        faults.add(file.fault(where, reason));
    }
}
