package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a schema cannot say about the part of an entry that begins with a provider's answer: who the user is, how a token is
 * used and ended, and how sure the entry is of itself.
 */
final class AnswerChecks {

    private static final Set<String> WHO = Set.of("subject", "name", "email", "account_id");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a style of revocation has settled. */
    private static final Set<String> NOT_WITH_BEARER = Set.of("params", "body", "client_auth");

    private static final Set<String> NOT_WITH_GITHUB = Set.of("method", "token", "params", "body", "client_auth");

    private final EntryFile file;
    private final JsonNode entry;
    private final List<Fault> faults = new ArrayList<>();

    private AnswerChecks(EntryFile file, JsonNode entry) {
        this.file = file;
        this.entry = entry;
    }

    /** What is wrong with it besides. */
    static List<Fault> faults(EntryFile file, JsonNode entry) {
        AnswerChecks checks = new AnswerChecks(file, entry);
        checks.identity();
        checks.userinfo();
        checks.accessTokenIn();
        checks.revocation();
        checks.hints();
        return checks.faults;
    }

    /** What identifies a user is stored and shown, and a token must be neither. */
    private void identity() {
        Stream.of("identity", "userinfo")
                .flatMap(key -> entry.path(key).properties().stream()
                        .filter(place -> WHO.contains(place.getKey()) && pointsAtASecret(place.getValue()))
                        .map(place -> file.fault(
                                place.getValue(), key + "/" + place.getKey() + " must not point at a token")))
                .forEach(faults::add);
    }

    private boolean pointsAtASecret(JsonNode place) {
        String text = place.asText();
        String name = text.substring(text.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return text.contains("/")
                && (name.contains("token")
                        || name.contains("secret")
                        || text.equals(entry.at("/token_response/access_token").asText())
                        || text.equals(entry.at("/token_response/refresh_token").asText()));
    }

    private void userinfo() {
        JsonNode body = entry.at("/userinfo/body");
        if (body.isTextual() && !entry.at("/userinfo/method").asText().equals("POST")) {
            fault(body, "userinfo/body needs the method POST");
        }
        if (body.isTextual() && !isJson(body.textValue())) {
            fault(body, "userinfo/body is not JSON");
        }
        String carrying = entry.at("/access_token_in/header").asText();
        entry.at("/userinfo/headers").properties().stream()
                .filter(header -> EntryChecks.isOurs(header.getKey()) || carrying.equalsIgnoreCase(header.getKey()))
                .forEach(header -> fault(header.getValue(), "userinfo/headers must not set " + header.getKey()));
    }

    private static boolean isJson(String text) {
        try {
            return !JSON.readTree(text).isMissingNode();
        } catch (JsonProcessingException unreadable) {
            return false;
        }
    }

    private void accessTokenIn() {
        JsonNode query = entry.at("/access_token_in/query");
        if (query.isTextual() && entry.path("access_token_in").size() > 1) {
            fault(query, "access_token_in/query stands in place of a header and its scheme");
        }
        JsonNode scheme = entry.at("/accounts/scheme");
        if (query.isTextual() && scheme.isTextual()) {
            fault(scheme, "accounts/scheme is for a token in a header");
        }
        JsonNode header = entry.at("/access_token_in/header");
        boolean usual = header.asText().equalsIgnoreCase(AccessTokenIn.AUTHORIZATION);
        if (!usual && EntryChecks.isOurs(header.asText())) {
            fault(header, "access_token_in/header is set to something else by every request");
        }
    }

    private void revocation() {
        JsonNode revocation = entry.path("revocation");
        switch (revocation.path("style").asText("rfc7009")) {
            case "bearer" -> settled(revocation, NOT_WITH_BEARER);
            case "github" -> settled(revocation, NOT_WITH_GITHUB);
            default -> posted(revocation);
        }
    }

    private void settled(JsonNode revocation, Set<String> keys) {
        revocation.properties().stream()
                .filter(key -> keys.contains(key.getKey()) && !isNone(key.getKey(), key.getValue()))
                .forEach(
                        key -> fault(key.getValue(), "revocation/" + key.getKey() + " is settled by revocation/style"));
    }

    /** To say that a bearer has no body is to say what it has. */
    private static boolean isNone(String key, JsonNode value) {
        return key.equals("body") && value.asText().equals("none");
    }

    private void posted(JsonNode revocation) {
        JsonNode body = revocation.path("body");
        if (body.asText().equals("none")) {
            fault(body, "revocation/body holds the token: none needs the style bearer");
        }
        JsonNode method = revocation.path("method");
        if (method.asText().equals("GET")) {
            fault(method, "revocation/method GET has no body for the token: it needs the style bearer");
        }
        JsonNode params = revocation.path("params");
        if (params.isObject()
                && params.properties().stream()
                        .noneMatch(each -> each.getValue().asText().contains("{token}"))) {
            fault(params, "revocation/params do not hold {token}");
        }
    }

    private void hints() {
        int index = 0;
        for (JsonNode hint : entry.path("hints")) {
            if (hint.isTextual() && entry.at("/" + hint.textValue()).isMissingNode()) {
                fault(hint, "hints/" + index + " is no key of the entry");
            }
            index++;
        }
    }

    private void fault(JsonNode where, String reason) {
        faults.add(file.fault(where, reason));
    }
}
