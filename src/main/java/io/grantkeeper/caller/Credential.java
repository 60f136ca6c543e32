package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.MULTIPLE_CREDENTIALS;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Secret;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request carries to prove its caller, before anyone looked whether it does. */
sealed interface Credential {

    record None() implements Credential {}

    record BearerToken(Secret token) implements Credential {}

    record Signature(MessageSignature signature) implements Credential {}

    record UserCookie(Secret token) implements Credential {}

    record OwnerCookie(Secret session) implements Credential {}

    /** RFC 6750 §2.1. */
    Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *");

    /**
     * The only credential of a request.
     *
     * <p>A header that somebody set outweighs a cookie, which a browser sends unasked.
     *
     * @throws Problem {@code multiple_credentials} or {@code multiple_signatures} when there are several; {@code
     *     unauthenticated} when it is malformed
     */
    static Credential of(RequestHead head, Optional<String> userCookie, Optional<String> ownerCookie) {
        List<String> authorization = head.header("authorization");
        boolean signed =
                head.headers().contains("signature-input") || head.headers().contains("signature");
        if (authorization.size() > (signed ? 0 : 1)) {
            throw several();
        }
        if (signed) {
            return new Signature(MessageSignature.of(head.header("signature-input"), head.header("signature")));
        }
        if (!authorization.isEmpty()) {
            return bearer(authorization.getFirst());
        }
        return cookie(head, ownerCookie)
                .<Credential>map(OwnerCookie::new)
                .or(() -> cookie(head, userCookie).map(UserCookie::new))
                .orElseGet(None::new);
    }

    private static Credential bearer(String authorization) {
        Matcher bearer = BEARER.matcher(authorization);
        if (!bearer.matches()) {
            throw Problem.of(UNAUTHENTICATED, "The Authorization header carries no bearer token.");
        }
        return new BearerToken(Secret.of(bearer.group(1)));
    }

    private static Optional<Secret> cookie(RequestHead head, Optional<String> name) {
        List<String> values = name.map(head::cookie).orElse(List.of());
        if (values.size() > 1) {
            throw several();
        }
        return values.stream().findFirst().filter(value -> !value.isEmpty()).map(Secret::of);
    }

    private static Problem several() {
        return Problem.of(MULTIPLE_CREDENTIALS, "A request carries exactly one credential.");
    }
}
