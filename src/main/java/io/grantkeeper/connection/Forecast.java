package io.grantkeeper.connection;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.annotation.JsonValue;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.provider.Refresh;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * When and why a connection will need its user, as far as anybody told. What is told of one connection counts before what
 * is known of all of its provider's.
 */
@Schema(
        description =
                "When a connection ends as things stand. A refresh moves refresh_token_expires and idle, where the"
                        + " provider gives the refresh token more time; a time that is past was not noticed yet")
public record Forecast(
        Instant needsUserAt,
        Reason reason,

        @Schema(description = "Whether that is known; else it may go on")
        boolean certain) {

    /** Why the grant ends. */
    public enum Reason {
        /** The provider told the time of the refresh token's end. */
        REFRESH_TOKEN_EXPIRES,
        /** The provider lets unused refresh tokens die, and this one is not used in time. */
        IDLE,
        /** The provider ends every grant some time after the consent. */
        GRANT_LIMIT,
        /** The provider gave no refresh token, and the access token expires. */
        NO_REFRESH_TOKEN,
        /** The provider ends grants sooner where it takes our client for one that is being tested. */
        TESTING;

        /** The form that stands in JSON. */
        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Empty where nothing is known to end it, and where it has ended: then it needs its user now. */
    static Optional<Forecast> of(Standing standing, Refresh refresh) {
        if (!standing.active() || standing.grant() == GrantType.CLIENT_CREDENTIALS) {
            return Optional.empty();
        }
        return Stream.of(
                        noRefreshToken(standing),
                        told(standing, refresh),
                        idle(standing, refresh),
                        limit(standing, refresh),
                        testing(standing, refresh))
                .flatMap(Optional::stream)
                .filter(each -> !standing.hasOutlived(each.needsUserAt))
                .min(comparing(Forecast::needsUserAt));
    }

    /** To the second, as the API tells times. */
    Forecast rounded() {
        return new Forecast(needsUserAt.truncatedTo(ChronoUnit.SECONDS), reason, certain);
    }

    private static Optional<Forecast> noRefreshToken(Standing standing) {
        return standing.accessExpiresAt()
                .filter(end -> !standing.hasRefreshToken())
                .map(end -> new Forecast(end, Reason.NO_REFRESH_TOKEN, true));
    }

    /** One that is replaced in time is followed by another, which has an end of its own. */
    private static Optional<Forecast> told(Standing standing, Refresh refresh) {
        boolean replaced = refresh.rotates() || refresh.renewsItself().isPresent();
        return toldEnd(standing, refresh)
                .filter(end -> !(replaced && standing.isKeptAliveBefore(end)))
                .map(end -> new Forecast(end, Reason.REFRESH_TOKEN_EXPIRES, true));
    }

    private static Optional<Forecast> idle(Standing standing, Refresh refresh) {
        if (!standing.hasRefreshToken() || toldEnd(standing, refresh).isPresent()) {
            return Optional.empty();
        }
        return refresh.idle()
                .map(limit -> new Forecast(standing.renewedAt().plus(limit.after()), Reason.IDLE, limit.certain()))
                .filter(end -> !standing.isKeptAliveBefore(end.needsUserAt));
    }

    /** An import was consented to some time before it was made. */
    private static Optional<Forecast> limit(Standing standing, Refresh refresh) {
        return refresh.grant()
                .map(limit -> new Forecast(
                        standing.consentedAt().plus(limit.after()),
                        Reason.GRANT_LIMIT,
                        limit.certain() && !standing.imported()));
    }

    /** Possible until it has not come to pass. */
    private static Optional<Forecast> testing(Standing standing, Refresh refresh) {
        return refresh.testing()
                .filter(any -> toldEnd(standing, refresh).isEmpty())
                .map(limit -> standing.consentedAt().plus(limit))
                .filter(standing.now()::isBefore)
                .map(end -> new Forecast(end, Reason.TESTING, false));
    }

    /** A token that renews itself is its own refresh token, and useless as that once it has ended. */
    private static Optional<Instant> toldEnd(Standing standing, Refresh refresh) {
        Optional<Instant> end =
                refresh.renewsItself().isPresent() ? standing.accessExpiresAt() : standing.refreshExpiresAt();
        return end.filter(any -> standing.hasRefreshToken());
    }
}
