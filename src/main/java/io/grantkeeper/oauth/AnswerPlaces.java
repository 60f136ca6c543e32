package io.grantkeeper.oauth;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Optional;

/**
 * Where a provider's token answers have what RFC 6749 §5 has at the top, under names that it fixes; JSON pointers
 * (RFC 6901). What does not stand at its place is looked for where the standard has it: at many providers not every answer
 * is of one form.
 *
 * @param expiresAt the time of an access token's end, which the standard does not have: it tells how long one lives
 * @param refreshExpiresIn how long the refresh token lives, which the standard does not have, but many providers
 * @param refreshExpiresAt the time of its end
 * @param error the code of a refusal
 */
public record AnswerPlaces(
        Optional<JsonPointer> accessToken,
        Optional<JsonPointer> refreshToken,
        Optional<JsonPointer> expiresIn,
        Optional<JsonPointer> expiresAt,
        Optional<JsonPointer> refreshExpiresIn,
        Optional<JsonPointer> refreshExpiresAt,
        Optional<JsonPointer> scope,
        Optional<JsonPointer> tokenType,
        Optional<JsonPointer> error) {

    /** Those of a provider which departs from nothing. */
    public static final AnswerPlaces STANDARD = new AnswerPlaces(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
}
