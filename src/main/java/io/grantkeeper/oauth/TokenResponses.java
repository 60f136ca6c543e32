package io.grantkeeper.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grantkeeper.secret.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers of token endpoints.
 *
 * <p>A body is tried as JSON and then as a form, whatever its content type: GitHub answers a form by default, and a
 * rotated token that was thrown away over a header is a connection lost.
 */
public final class TokenResponses {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Longer access tokens than this are no tokens. */
    private static final int MAX_TOKEN_CHARACTERS = 16 * 1024;

    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9_.%-]+");

    private static final Duration MAX_LIFETIME = Duration.ofDays(3650);

    private TokenResponses() {}

    public static TokenResponse read(int status, String body) {
        return fields(body).map(fields -> read(status, fields)).orElseGet(() -> new TokenResponse.Unreadable(status));
    }

    private static TokenResponse read(int status, JsonNode fields) {
        Optional<String> error = text(fields, "error");
        boolean declaredFailure =
                fields.path("ok").isBoolean() && !fields.path("ok").booleanValue();
        if (error.isPresent() || declaredFailure) {
            return new TokenResponse.Refused(status, error.orElse(""));
        }
        Optional<String> accessToken =
                text(fields, "access_token").filter(token -> token.length() <= MAX_TOKEN_CHARACTERS);
        if (accessToken.isEmpty() || status / 100 != 2) {
            return new TokenResponse.Unreadable(status);
        }
        return new TokenResponse.Granted(new TokenSet(
                Secret.of(accessToken.get()),
                text(fields, "token_type").orElse("Bearer"),
                lifetime(fields.path("expires_in")),
                text(fields, "refresh_token").map(Secret::of),
                scopes(fields.path("scope")),
                text(fields, "id_token").map(Secret::of)));
    }

    private static Optional<JsonNode> fields(String body) {
        try {
            // RFC 8259 §8.1 lets a reader ignore a byte order mark, and some servers send one.
            JsonNode json = JSON.readTree(body.startsWith("\uFEFF") ? body.substring(1) : body);
            return json instanceof ObjectNode ? Optional.of(json) : Optional.empty();
        } catch (JsonProcessingException notJson) {
            return form(body);
        }
    }

    private static Optional<JsonNode> form(String body) {
        ObjectNode fields = JSON.createObjectNode();
        for (String pair : body.strip().split("&", -1)) {
            int equals = pair.indexOf('=');
            // A page of HTML has links, and those have parameters: they are not the provider's word.
            if (equals < 0 || !FIELD_NAME.matcher(pair.substring(0, equals)).matches()) {
                return Optional.empty();
            }
            try {
                fields.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            } catch (IllegalArgumentException notEncoded) {
                return Optional.empty();
            }
        }
        return Optional.of(fields);
    }

    private static String decode(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    private static Optional<String> text(JsonNode fields, String name) {
        @Nullable String text = fields.path(name).textValue();
        return Optional.ofNullable(text).filter(value -> !value.isEmpty());
    }

    /**
     * Seconds as a number or as text, also with a fraction.
     *
     * <p>Less than a second is taken for "not told": taken at its word it would ask for a refresh at every call.
     */
    private static Optional<Duration> lifetime(JsonNode expiresIn) {
        double seconds = expiresIn.asDouble(0);
        if (!(seconds >= 1)) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds((long) Math.min(seconds, (double) MAX_LIFETIME.toSeconds())));
    }

    private static Optional<SequencedSet<String>> scopes(JsonNode scope) {
        if (scope.isTextual()) {
            return Optional.of(ScopeList.parse(scope.textValue()));
        }
        if (scope.isArray()) {
            SequencedSet<String> scopes = new LinkedHashSet<>();
            scope.forEach(each -> scopes.add(each.asText()));
            return Optional.of(scopes);
        }
        return Optional.empty();
    }
}
