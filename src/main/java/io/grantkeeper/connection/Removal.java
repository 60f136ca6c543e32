package io.grantkeeper.connection;

import io.grantkeeper.caller.User;
import io.grantkeeper.connection.Revocations.Ending;
import io.grantkeeper.connection.Revocations.Result;
import io.grantkeeper.replica.Channel;
import io.grantkeeper.replica.Notice;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.trail.Actor;
import io.grantkeeper.trail.Entry;
import io.grantkeeper.trail.Event;
import io.grantkeeper.trail.Trail;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Removes connections: from here at once, then at the provider. */
@ApplicationScoped
class Removal {

    private static final Logger LOG = Logger.getLogger(Removal.class);

    private static final String DELETE = "delete from connection where id = $1";

    private final Pool pool;
    private final Channel channel;
    private final Credentials credentials;
    private final Revocations revocations;
    private final Trail trail;

    Removal(Pool pool, Channel channel, Credentials credentials, Revocations revocations, Trail trail) {
        this.pool = pool;
        this.channel = channel;
        this.credentials = credentials;
        this.revocations = revocations;
        this.trail = trail;
    }

    /**
     * Removes the connection, then has its grant ended.
     *
     * @return what came of it at the provider; fails with not found when the caller sees no such connection
     */
    Uni<Result> remove(ConnectionId id, Visibility visibility, User by) {
        return pool.<Optional<Entered>>withTransaction(transaction -> credentials
                        .lock(transaction, id, visibility)
                        .chain(held -> delete(transaction, id)
                                .chain(() -> trail.write(transaction, removed(held.connection(), by)))
                                .chain(() -> enter(transaction, held))))
                .invoke(() -> forgetHere(id))
                .chain(entered -> entered.map(each -> revocations.tell(each.entry(), each.ending()))
                        .orElseGet(() -> Uni.createFrom().item(Result.UNSUPPORTED)));
    }

    private static Entry removed(Connection connection, User by) {
        return Entry.of(connection.account().value(), Actor.user(by.subject()), Event.CONNECTION_REMOVED)
                .connection(connection.id().value())
                .provider(connection.provider());
    }

    /** Made of the tokens that were removed: a refresh that came in between must not leave its own alive. */
    private Uni<Optional<Entered>> enter(SqlClient transaction, Held held) {
        return ending(held)
                .map(ending ->
                        revocations.enqueue(transaction, ending).map(entry -> Optional.of(new Entered(entry, ending))))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    /** The others are told by the database; here nothing of it may be answered once the removal is. */
    private void forgetHere(ConnectionId id) {
        channel.tellHere(new Notice.Changed(id.value()));
    }

    private static Uni<Void> delete(SqlClient client, ConnectionId id) {
        return client.preparedQuery(DELETE)
                .execute(Tuple.of(id.value()))
                .invoke(result -> {
                    if (result.rowCount() == 0) {
                        throw ConnectionId.notFound();
                    }
                })
                .replaceWithVoid();
    }

    /** What there is to end; a seal that does not open must not keep a user from removing a connection. */
    private Optional<Ending> ending(Held held) {
        try {
            return revocations
                    .handed(
                            held.connection().provider(),
                            held.connection().fields(),
                            credentials.refreshToken(held),
                            () -> credentials.accessToken(held))
                    .map(token -> new Ending(
                            held.connection().account(),
                            held.connection().provider(),
                            held.connection().fields(),
                            held.clientId(),
                            credentials.clientSecret(held),
                            token.value(),
                            token.kind()));
        } catch (SealBroken broken) {
            LOG.errorf("seal broken connection=%s cause=%s", held.connection().id(), broken.getMessage());
            return Optional.empty();
        }
    }

    private record Entered(UUID entry, Ending ending) {}
}
