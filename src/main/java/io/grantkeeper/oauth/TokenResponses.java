package io.grantkeeper.oauth;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grantkeeper.secret.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers of token endpoints.
 *
 * <p>A body is tried as JSON and then as a form, whatever its content type: GitHub answers a form by default, and a
 * rotated token that was thrown away over a header is a connection lost.
 */
public final class TokenResponses {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The one type of token that is known here, as RFC 6750 writes it. */
    private static final String BEARER = "Bearer";

    /** Longer tokens than this are none: an answer that has one is not read, but an ID token is merely left out. */
    private static final int MAX_TOKEN_CHARACTERS = 16 * 1024;

    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9_.%-]+");

    private TokenResponses() {}

    public static TokenResponse read(int status, String body) {
        return read(status, body, Dialect.STANDARD);
    }

    public static TokenResponse read(int status, String body, Dialect dialect) {
        return fields(dialect.unprefixed(body))
                .map(fields -> read(status, fields, dialect))
                .orElseGet(() -> new TokenResponse.Unreadable(status));
    }

    private static TokenResponse read(int status, JsonNode fields, Dialect dialect) {
        Optional<String> error = text(fields.path("error"));
        Optional<String> ownError = dialect.places().error().flatMap(place -> code(fields.at(place)));
        if (error.isPresent() || declaresFailure(fields)) {
            return refused(status, ownError.or(() -> error).orElse(""), fields);
        }
        // Where a provider has its codes it may have other words beside a token, and a token must not be lost over
        // them.
        return tokens(status, fields, fields, dialect)
                .<TokenResponse>map(TokenResponse.Granted::new)
                .or(() -> ownError.map(code -> refused(status, code, fields)))
                .orElseGet(() -> new TokenResponse.Unreadable(status));
    }

    /**
     * Tokens of another kind in an answer that granted some: those at this dialect's own places. What stands where the
     * standard has it is of the others.
     */
    static Optional<TokenSet> besides(int status, String body, Dialect dialect) {
        return fields(dialect.unprefixed(body))
                .flatMap(fields -> tokens(status, fields, MissingNode.getInstance(), dialect));
    }

    private static boolean declaresFailure(JsonNode fields) {
        return fields.path("ok").isBoolean() && !fields.path("ok").booleanValue();
    }

    private static TokenResponse refused(int status, String error, JsonNode fields) {
        return new TokenResponse.Refused(
                status, error, text(fields.path("error_description")).orElse(""));
    }

    /** @param standard where to look by the standard's names */
    private static Optional<TokenSet> tokens(int status, JsonNode fields, JsonNode standard, Dialect dialect) {
        AnswerPlaces places = dialect.places();
        Optional<String> accessToken = text(at(fields, places.accessToken(), standard.path("access_token")));
        Optional<String> refreshToken = text(at(fields, places.refreshToken(), standard.path("refresh_token")));
        Optional<String> idToken = text(standard.path("id_token")).filter(TokenResponses::isOfSize);
        if (status / 100 != 2
                || !accessToken.map(TokenResponses::isOfSize).orElse(false)
                || !refreshToken.map(TokenResponses::isOfSize).orElse(true)
                || !isBearer(at(fields, places.tokenType(), standard.path("token_type")), dialect)) {
            return Optional.empty();
        }
        return Optional.of(new TokenSet(
                Secret.of(accessToken.get()),
                BEARER,
                lifetime(at(fields, places.expiresIn(), standard.path("expires_in"))),
                refreshToken.map(Secret::of),
                scopes(at(fields, places.scope(), standard.path("scope"))),
                idToken.map(Secret::of),
                time(fields, places.expiresAt()),
                new Lifetime(refreshExpiresIn(fields, places, standard), time(fields, places.refreshExpiresAt())),
                told(fields, dialect.told(), Stream.of(accessToken, refreshToken, idToken))));
    }

    private static Optional<Instant> time(JsonNode fields, Optional<JsonPointer> place) {
        return place.flatMap(each -> ExpiryTime.read(fields.at(each)));
    }

    /** No standard has it, and providers are of two minds how it is called. */
    private static Optional<Duration> refreshExpiresIn(JsonNode fields, AnswerPlaces places, JsonNode standard) {
        return lifetime(at(fields, places.refreshExpiresIn(), standard.path("refresh_token_expires_in")))
                .or(() -> lifetime(standard.path("refresh_expires_in")));
    }

    /** What stands at the provider's own place, else at the standard's. */
    private static JsonNode at(JsonNode fields, Optional<JsonPointer> place, JsonNode standard) {
        return place.map(fields::at)
                .filter(value -> !value.isMissingNode() && !value.isNull())
                .orElse(standard);
    }

    /** A token is never among it, wherever an entry points. */
    private static Told told(JsonNode fields, Set<JsonPointer> places, Stream<Optional<String>> tokens) {
        Set<String> secrets = tokens.flatMap(Optional::stream).collect(toUnmodifiableSet());
        Map<JsonPointer, String> values = new HashMap<>();
        for (JsonPointer place : places) {
            value(fields.at(place)).filter(text -> !secrets.contains(text)).ifPresent(text -> values.put(place, text));
        }
        return new Told(values);
    }

    private static Optional<String> value(JsonNode node) {
        return node.isValueNode() && !node.isNull()
                ? Optional.of(node.asText()).filter(text -> !text.isBlank() && text.length() <= Told.LONGEST)
                : Optional.empty();
    }

    /** A type that is not told is the usual one; a token of any other cannot be used (RFC 6749 §7.1). */
    private static boolean isBearer(JsonNode tokenType, Dialect dialect) {
        return tokenType.isMissingNode()
                || tokenType.isNull()
                || (tokenType.isTextual()
                        && (tokenType.textValue().isEmpty() || dialect.isBearer(tokenType.textValue())));
    }

    private static boolean isOfSize(String token) {
        return token.length() <= MAX_TOKEN_CHARACTERS;
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

    private static Optional<String> text(JsonNode value) {
        @Nullable String text = value.textValue();
        return Optional.ofNullable(text).filter(each -> !each.isEmpty());
    }

    /** Elsewhere than the standard has them codes may be numbers, of which 0 is no error's. */
    private static Optional<String> code(JsonNode value) {
        return value.isIntegralNumber()
                ? Optional.of(value.asText()).filter(number -> !number.equals("0"))
                : text(value);
    }

    /**
     * Seconds as a number or as text, also with a fraction.
     *
     * <p>Less than a second, and what is no number, is taken for "not told": taken at its word it would ask for a refresh at every call.
     */
    private static Optional<Duration> lifetime(JsonNode expiresIn) {
        double seconds = expiresIn.isBoolean() ? 0 : expiresIn.asDouble(0);
        if (!(seconds >= 1)) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds((long) Math.min(seconds, (double) Lifetime.MAX.toSeconds())));
    }

    private static Optional<SequencedSet<String>> scopes(JsonNode scope) {
        if (scope.isTextual()) {
            return Optional.of(named(ScopeList.parse(scope.textValue())));
        }
        if (scope.isArray()) {
            SequencedSet<String> scopes = new LinkedHashSet<>();
            scope.forEach(each -> scopes.add(each.asText()));
            return Optional.of(named(scopes));
        }
        return Optional.empty();
    }

    /** Without what is no scope's name (RFC 6749 §3.3): a database may be unable to hold it, and the token with it. */
    private static SequencedSet<String> named(SequencedSet<String> scopes) {
        scopes.removeIf(scope -> scope.isEmpty() || scope.chars().anyMatch(Character::isISOControl));
        return scopes;
    }
}
