package io.grantkeeper.connection;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.AgentId;
import io.grantkeeper.connection.Connection.GrantType;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.ProviderIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Connections for tests, as a read of the database would find them. */
public final class TestConnections {

    public static final Instant OBTAINED = Instant.parse("2026-05-01T12:00:00Z");

    private TestConnections() {}

    /** A connection of the account {@code acme}, for these agents only where there are any. */
    public static Connection connection(String... agents) {
        return connection(new ConnectionId(UUID.fromString("0190a000-0000-7000-8000-000000000001")), agents);
    }

    private static Connection connection(ConnectionId id, String... agents) {
        return new Connection(
                id,
                new AccountId("acme"),
                "user-1",
                "google",
                "",
                new ProviderIdentity("sub-1", Optional.of("id-1"), Optional.of("Ada")),
                ConnectionFields.NONE,
                GrantType.AUTHORIZATION_CODE,
                new LinkedHashSet<>(List.of("b", "a")),
                new Connection.State.Active(),
                Arrays.stream(agents).map(AgentId::new).collect(Collectors.toSet()),
                OBTAINED);
    }

    /**
     * A connection whose access token was obtained at {@link #OBTAINED}.
     *
     * @param lifetime null for a token that does not expire
     */
    public static Held held(@Nullable Duration lifetime, Duration sinceObtained) {
        return held(connection(), new byte[] {1}, lifetime, sinceObtained);
    }

    /** A connection of this id, whose tokens are of this version. */
    public static Held held(ConnectionId id, long version) {
        Credential credential = new Credential(
                id,
                version,
                "bearer",
                new byte[] {1},
                OBTAINED.minusSeconds(1),
                Optional.of(OBTAINED),
                Optional.empty(),
                new byte[] {1},
                "client",
                null,
                Progress.NONE);
        return new Held(connection(id), credential, OBTAINED);
    }

    /** A connection that was refused in an unknown way so often, the first time so long ago. */
    public static Held suspected(int times, Duration ago) {
        return held(new Progress(
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Setback.SUSPECT),
                times,
                Optional.empty(),
                times,
                Optional.of(OBTAINED.minus(ago))));
    }

    /** A connection whose access token has expired, and whose refresh has come this far. */
    static Held held(Progress progress) {
        Connection connection = connection();
        Credential credential = new Credential(
                connection.id(),
                3,
                "bearer",
                new byte[] {1},
                OBTAINED.minusSeconds(1),
                Optional.of(OBTAINED),
                Optional.empty(),
                new byte[] {1},
                "client",
                null,
                progress);
        return new Held(connection, credential, OBTAINED);
    }

    static Held held(
            Connection connection,
            byte @Nullable [] sealedAccess,
            @Nullable Duration lifetime,
            Duration sinceObtained) {
        Credential credential = new Credential(
                connection.id(),
                3,
                "bearer",
                sealedAccess,
                OBTAINED,
                Optional.ofNullable(lifetime).map(OBTAINED::plus),
                Optional.empty(),
                null,
                "client",
                null,
                Progress.NONE);
        return new Held(connection, credential, OBTAINED.plus(sinceObtained));
    }
}
