package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Attempt.Bound;
import io.grantkeeper.authorization.Attempt.Requester;
import io.grantkeeper.authorization.Attempt.Status;
import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.connection.ConnectionId;
import io.grantkeeper.connection.Visibility;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.secret.Digests;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The running flows in PostgreSQL. Every step is one conditional statement, so that of any number of tries at once, on
 * any number of replicas, one succeeds; all times are the database's.
 */
@ApplicationScoped
class Attempts {

    /** How long a flow may take, from its start to its callback. */
    static final Duration LIFETIME = Duration.ofMinutes(10);

    /** How long its end may take: two calls of the provider, and what is written. */
    private static final Duration FINISHING = Duration.ofSeconds(30);

    /** More than this a requester cannot have open; a page that opens flows in a loop fills no table. */
    private static final int MAX_OPEN = 10;

    private static final String COLUMNS = """
            id, account_id, requested_by, requested_kind, user_id, agent_id, provider, fields, scopes, reauthorizes,
            return_to
            """;

    private static final String INSERT = """
            insert into authorization_attempt (
                id, status, account_id, requested_by, requested_kind, user_id, agent_id, provider, scopes,
                reauthorizes, return_to, ticket_hash, ticket_expires_at, expires_at, fields)
            select $1, 'offered', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp() + make_interval(secs => $12),
                clock_timestamp() + make_interval(secs => $12 + $13), $15
            where (
                select count(*) from authorization_attempt
                where account_id = $2 and requested_by = $3 and requested_kind = $4
                    and status in ('offered', 'started') and expires_at > clock_timestamp()) < $14
            returning expires_at
            """;

    private static final String OPEN = "select " + COLUMNS
            + " from authorization_attempt where ticket_hash = $1 and status = 'offered'"
            + " and ticket_expires_at > clock_timestamp()";

    private static final String START = """
            update authorization_attempt set
                status = 'started', user_id = $2, agent_id = $3, state_hash = $4, browser_hash = $5, sealed_verifier = $6,
                client_id = $7, redirect_uri = $8, expires_at = clock_timestamp() + make_interval(secs => $9),
                has_challenge = $10, has_nonce = $11, fields = $12
            where id = $1 and status = 'offered' and ticket_expires_at > clock_timestamp()
            """;

    /** From here on it is over soon, also where the process dies that finishes it: nobody waits for longer than that. */
    private static final String CONSUME = """
            update authorization_attempt set
                status = 'exchanging', expires_at = least(expires_at, clock_timestamp() + make_interval(secs => $2))
            where state_hash = $1 and status = 'started' and expires_at > clock_timestamp()
            returning browser_hash, sealed_verifier, client_id, redirect_uri, has_challenge, has_nonce,
            """ + COLUMNS;

    private static final String USED = "select status from authorization_attempt where state_hash = $1";

    private static final String FINISH =
            "update authorization_attempt set status = $2, connection_id = $3, sealed_verifier = null where id = $1";

    private static final String PROGRESS = """
            select status, connection_id, expires_at > clock_timestamp() as open from authorization_attempt
            where id = $1 and account_id = $2 and ($3::text is null or (requested_kind = 'agent' and requested_by = $3))
            """;

    private static final String FORGET =
            "delete from authorization_attempt where expires_at < now() - interval '1 hour'";

    private final Pool pool;

    Attempts(Pool pool) {
        this.pool = pool;
    }

    /**
     * Remembers a flow that no browser has opened yet.
     *
     * @return when the ticket expires; fails with {@code rate_limited} when the requester has too many flows open
     */
    Uni<Instant> offer(Attempt attempt, Secret ticket, Duration ticketLifetime) {
        return pool.preparedQuery(INSERT)
                .execute(Tuple.tuple()
                        .addUUID(attempt.id())
                        .addString(attempt.account().value())
                        .addString(attempt.requester().id())
                        .addString(attempt.requester().kind().name().toLowerCase(Locale.ROOT))
                        .addString(attempt.user().orElse(null))
                        .addString(attempt.agent().map(AgentId::value).orElse(null))
                        .addString(attempt.provider())
                        .addArrayOfString(attempt.scopes().toArray(String[]::new))
                        .addUUID(attempt.reauthorizes().map(ConnectionId::value).orElse(null))
                        .addString(attempt.returnTo().map(URI::toString).orElse(null))
                        .addBuffer(hash(ticket))
                        .addDouble(seconds(ticketLifetime))
                        .addDouble(seconds(LIFETIME))
                        .addInteger(MAX_OPEN)
                        .addValue(attempt.fields().json()))
                .map(Attempts::first)
                .map(row -> row.map(found -> found.getOffsetDateTime("expires_at")
                                .toInstant()
                                .minus(LIFETIME))
                        .orElseThrow(Attempts::tooMany));
    }

    /** The flow that a ticket is for, while it can still be opened. */
    Uni<Optional<Attempt>> offeredBy(Secret ticket) {
        return pool.preparedQuery(OPEN)
                .execute(Tuple.tuple().addBuffer(hash(ticket)))
                .map(rows -> first(rows).map(Attempts::attempt));
    }

    /** Binds an offered flow to a browser; false when somebody else was faster, or it took too long. */
    Uni<Boolean> start(Bound bound, Secret state) {
        Attempt attempt = bound.attempt();
        return pool.preparedQuery(START)
                .execute(Tuple.tuple()
                        .addUUID(attempt.id())
                        .addString(attempt.user().orElse(null))
                        .addString(attempt.agent().map(AgentId::value).orElse(null))
                        .addBuffer(hash(state))
                        .addBuffer(Buffer.buffer(bound.browserHash()))
                        .addBuffer(Buffer.buffer(bound.sealedVerifier()))
                        .addString(bound.clientId())
                        .addString(bound.redirectUri().toString())
                        .addDouble(seconds(LIFETIME))
                        .addBoolean(bound.challenged())
                        .addBoolean(bound.nonced())
                        .addValue(attempt.fields().json()))
                .map(result -> result.rowCount() == 1);
    }

    /**
     * Uses a state up, whatever becomes of it.
     *
     * @return the flow; fails with {@code already_used} or {@code state_mismatch}
     */
    Uni<Bound> consume(Secret state) {
        return pool.preparedQuery(CONSUME)
                .execute(Tuple.tuple().addBuffer(hash(state)).addDouble(seconds(FINISHING)))
                .map(Attempts::first)
                .chain(row ->
                        row.map(found -> Uni.createFrom().item(bound(found))).orElseGet(() -> refuse(state)));
    }

    /** Notes how a flow ended. Its verifier is forgotten. */
    Uni<Void> finish(Attempt attempt, Status status, @Nullable ConnectionId connection) {
        return pool.preparedQuery(FINISH)
                .execute(Tuple.of(attempt.id(), status.wireName(), connection == null ? null : connection.value()))
                .replaceWithVoid();
    }

    /** How far a flow of this account is; for an agent only one that it asked for itself. */
    Uni<Optional<Progress>> progress(UUID id, Visibility visibility) {
        return pool.preparedQuery(PROGRESS)
                .execute(Tuple.of(
                        id,
                        visibility.account().value(),
                        visibility.agent().map(AgentId::value).orElse(null)))
                .map(rows -> first(rows).map(Attempts::progress));
    }

    /** Forgets flows that ended long ago. */
    Uni<Void> forgetOld() {
        return pool.query(FORGET).execute().replaceWithVoid();
    }

    /** How far a flow is; the connection once there is one. */
    record Progress(Status status, boolean open, Optional<ConnectionId> connection) {}

    private Uni<Bound> refuse(Secret state) {
        return pool.preparedQuery(USED)
                .execute(Tuple.tuple().addBuffer(hash(state)))
                .map(rows -> {
                    throw refusal(first(rows)
                            .map(row -> Status.of(row.getString("status")))
                            .orElse(Status.STARTED));
                });
    }

    private static Problem refusal(Status status) {
        return switch (status) {
            case OFFERED, STARTED ->
                Problem.of(ProblemCode.STATE_MISMATCH, "This sign-in is not one of ours, or it took too long.");
            case EXCHANGING ->
                Problem.of(
                        ProblemCode.ALREADY_USED,
                        "This sign-in is being finished, or was cut off: if the app is not connected in a moment, try again"
                                + " from the beginning.");
            case CONNECTED, DENIED, FAILED -> Problem.of(ProblemCode.ALREADY_USED, "This sign-in was finished before.");
        };
    }

    private static Problem tooMany() {
        return Problem.of(ProblemCode.RATE_LIMITED, "You have too many sign-ins open: finish one, or wait.")
                .retryAfter(Duration.ofMinutes(1));
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        var each = rows.iterator();
        return each.hasNext() ? Optional.of(each.next()) : Optional.empty();
    }

    private static Bound bound(Row row) {
        return new Bound(
                attempt(row),
                row.getBuffer("browser_hash").getBytes(),
                row.getBuffer("sealed_verifier").getBytes(),
                row.getString("client_id"),
                URI.create(row.getString("redirect_uri")),
                row.getBoolean("has_challenge"),
                row.getBoolean("has_nonce"));
    }

    private static Attempt attempt(Row row) {
        return new Attempt(
                row.getUUID("id"),
                new AccountId(row.getString("account_id")),
                new Requester(
                        Requester.Kind.valueOf(row.getString("requested_kind").toUpperCase(Locale.ROOT)),
                        row.getString("requested_by")),
                Optional.ofNullable(row.getString("user_id")),
                Optional.ofNullable(row.getString("agent_id")).map(AgentId::new),
                row.getString("provider"),
                ConnectionFields.of(row.getJsonObject("fields")),
                new LinkedHashSet<>(Arrays.asList(row.getArrayOfStrings("scopes"))),
                Optional.ofNullable(row.getUUID("reauthorizes")).map(ConnectionId::new),
                Optional.ofNullable(row.getString("return_to")).map(URI::create));
    }

    private static Progress progress(Row row) {
        return new Progress(
                Status.of(row.getString("status")),
                row.getBoolean("open"),
                Optional.ofNullable(row.getUUID("connection_id")).map(ConnectionId::new));
    }

    private static Buffer hash(Secret secret) {
        return Buffer.buffer(Digests.sha256(secret));
    }

    private static double seconds(Duration duration) {
        return duration.toSeconds();
    }
}
