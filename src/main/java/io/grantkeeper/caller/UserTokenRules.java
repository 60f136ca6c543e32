package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.jwk.JsonWebKeySet;

/**
 * Which tokens of the identity provider are a user's, and who that user is.
 *
 * <p>An ID token tells a client who signed in; it is no credential (RFC 8725 §3.11, §3.12). No claim tells the two apart
 * at every provider, so a token is refused when anything about it says that it is one: its {@code typ} in the header or,
 * as at Keycloak, in the body; else, where nothing says that it is an access token, {@code nonce}, {@code at_hash} or
 * {@code c_hash}. A session token of Clerk has none of these, and in place of {@code aud} the {@code azp} of the page it
 * was made for.
 */
record UserTokenRules(
        String issuer,
        Set<String> audience,
        String accountClaim,
        List<String> rolesClaims,
        Optional<String> operatorRole) {

    private static final Set<String> ACCESS_TOKEN_TYPES = Set.of("at+jwt", "application/at+jwt");

    static UserTokenRules of(String issuer, UsersConfig config) {
        return new UserTokenRules(
                issuer,
                config.audience()
                        .map(Set::copyOf)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "grantkeeper.users.issuer is set and grantkeeper.users.audience is not")),
                config.accountClaim(),
                config.rolesClaim(),
                config.operatorRole());
    }

    /** @throws Problem {@code unauthenticated} for any token that is not a user's, here and now */
    User user(IssuedToken token, JsonWebKeySet keys, Instant now) {
        VerifiedToken verified = token.verified(keys, issuer, now).orElseThrow(UserTokenRules::invalid);
        Claims claims = verified.claims();
        if (!isForUs(claims) || !isAccessToken(verified.type(), claims)) {
            throw invalid();
        }
        return new User(subject(claims), organisations(claims), isOperator(claims));
    }

    private static String subject(Claims claims) {
        return claims.texts("sub").stream().findFirst().orElseThrow(UserTokenRules::invalid);
    }

    private boolean isForUs(Claims claims) {
        return claims.texts(claims.has("aud") ? "aud" : "azp").stream().anyMatch(audience::contains);
    }

    private static boolean isAccessToken(String headerType, Claims claims) {
        boolean saysSo = ACCESS_TOKEN_TYPES.contains(headerType.toLowerCase(Locale.ROOT))
                || claims.text("typ").equalsIgnoreCase("Bearer");
        boolean saysNothing = (headerType.isEmpty() || headerType.equalsIgnoreCase("JWT")) && !claims.has("typ");
        boolean fromASignIn = claims.has("nonce") || claims.has("at_hash") || claims.has("c_hash");
        return saysSo || (saysNothing && !fromASignIn);
    }

    private Set<AccountId> organisations(Claims claims) {
        return claims.texts(accountClaim).stream().map(AccountId::new).collect(Collectors.toUnmodifiableSet());
    }

    private boolean isOperator(Claims claims) {
        return operatorRole
                .filter(role -> rolesClaims.stream()
                        .anyMatch(claim -> claims.texts(claim).contains(role)))
                .isPresent();
    }

    private static Problem invalid() {
        return Problem.of(UNAUTHENTICATED, "The token is not one of a signed-in user, or has expired.");
    }
}
