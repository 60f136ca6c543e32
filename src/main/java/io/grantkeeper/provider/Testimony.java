package io.grantkeeper.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.grantkeeper.oauth.IdToken;
import io.grantkeeper.oauth.JwtClaims;
import io.grantkeeper.oauth.TokenSet;
import java.util.Optional;

/**
 * All that a provider tells of a user.
 *
 * @param callback the parameters that the browser was sent back with
 * @param userinfo what the userinfo endpoint answered; empty where it was not asked
 * @param account what was chosen of the list of accounts
 * @param fields what is particular to the connection
 */
record Testimony(
        TokenSet tokens,
        JsonNode callback,
        Optional<JsonNode> userinfo,
        Optional<JsonNode> account,
        ConnectionFields fields) {

    static Testimony of(TokenSet tokens, JsonNode callback, ConnectionFields fields) {
        return new Testimony(tokens, callback, Optional.empty(), Optional.empty(), fields);
    }

    Testimony withUserinfo(Optional<JsonNode> answer) {
        return new Testimony(tokens, callback, answer, account, fields);
    }

    Testimony withAccount(JsonNode chosen) {
        return new Testimony(tokens, callback, userinfo, Optional.of(chosen), fields);
    }

    Testimony with(ConnectionFields more) {
        return new Testimony(tokens, callback, userinfo, account, fields.and(more));
    }

    /** Who they are, by the places that the entry names; without a subject where none is told. */
    ProviderIdentity identity(Identity places) {
        Optional<String> email = places.email().flatMap(this::text);
        Optional<String> accountId = places.accountId().flatMap(this::text);
        Optional<String> name = places.name().flatMap(this::text).or(() -> email);
        return new ProviderIdentity(
                text(places.subject()).filter(ProviderIdentity::isHarmless).orElse(""),
                accountId.or(() -> email),
                name.or(() -> accountId));
    }

    /** Whether the userinfo endpoint speaks of whom the ID token is about, as far as both say (OpenID Connect Core §5.3.2). */
    boolean agrees() {
        Optional<String> asked = userinfo.flatMap(claims -> text(claims, Identity.OPENID_CONNECT.subject()));
        Optional<String> signedIn = tokens.idToken().flatMap(IdToken::read).flatMap(IdToken::subject);
        return asked.isEmpty() || signedIn.isEmpty() || asked.equals(signedIn);
    }

    /** What is told at a place. */
    Optional<String> text(Place place) {
        return switch (place.source()) {
            case ANSWER -> tokens.told().at(place.pointer());
            case ID_TOKEN -> text(idToken(), place);
            case ACCESS_TOKEN -> text(claims(JwtClaims.read(tokens.accessToken())), place);
            case USERINFO -> text(userinfo.orElseGet(this::idToken), place);
            case CALLBACK -> text(callback, place);
            case ACCOUNTS -> text(claims(account), place);
            case FIELD -> fields.find(place.pointer().getMatchingProperty());
        };
    }

    private JsonNode idToken() {
        return claims(tokens.idToken().flatMap(JwtClaims::read));
    }

    private static JsonNode claims(Optional<JsonNode> read) {
        return read.orElseGet(MissingNode::getInstance);
    }

    private static Optional<String> text(JsonNode claims, Place place) {
        JsonNode value = claims.at(place.pointer());
        return value.isValueNode() && !value.isNull()
                ? Optional.of(value.asText()).filter(text -> !text.isBlank())
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "Testimony[***]";
    }
}
