package io.grantkeeper.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.grantkeeper.connection.Connection;
import io.grantkeeper.connection.Held;
import io.grantkeeper.secret.Secret;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An access token on its way to an agent.
 *
 * @param accessToken the one place where a token leaves Grantkeeper by the API
 * @param expiresAt null where the provider's tokens do not expire
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record TokenAnswer(
        String accessToken,
        String tokenType,
        @Nullable Instant expiresAt,
        String provider,
        String providerSubject,
        @Nullable String providerAccountId,
        @Nullable String providerAccountName,
        List<String> scopes) {

    static TokenAnswer of(Held held, Secret accessToken) {
        Connection connection = held.connection();
        return new TokenAnswer(
                accessToken.reveal(),
                "bearer".equalsIgnoreCase(held.tokenType()) ? "Bearer" : held.tokenType(),
                // Rounded down: never later than the truth.
                held.accessExpiresAt()
                        .map(at -> at.truncatedTo(ChronoUnit.SECONDS))
                        .orElse(null),
                connection.provider(),
                connection.identity().subject(),
                connection.identity().accountId().orElse(null),
                connection.identity().accountName().orElse(null),
                List.copyOf(connection.scopes()));
    }

    @Override
    public String toString() {
        return "TokenAnswer[provider=" + provider + "]";
    }
}
