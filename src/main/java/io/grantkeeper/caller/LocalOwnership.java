package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.NOT_FOUND;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.Secret;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Proves the local owner: by the owner's key, or by a browser's session. Only the embedded default has one. */
@Singleton
final class LocalOwnership {

    private static final String COOKIE = "grantkeeper_session";

    private final Optional<Owned> owned;
    private final PublicUrl publicUrl;
    private final Authorities authorities;
    private final InstantSource clock;

    private record Owned(Keyholder keyholder, OwnerSessions sessions) {}

    LocalOwnership(
            @ConfigProperty(name = "grantkeeper.embedded", defaultValue = "false") boolean embedded,
            @ConfigProperty(name = "grantkeeper.home") Optional<Path> home,
            @ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl,
            Authorities authorities,
            InstantSource clock,
            Randomness randomness) {
        this.owned = home.filter(any -> embedded).map(folder -> owned(OwnerKey.readOrCreate(folder, randomness)));
        this.publicUrl = publicUrl;
        this.authorities = authorities;
        this.clock = clock;
    }

    private static Owned owned(OwnerKey key) {
        List<Keyholder.KeyInForce> keys = List.of(Keyholder.KeyInForce.forGood(key.signing()));
        return new Owned(new Keyholder(new LocalOwner(), keys), new OwnerSessions(key));
    }

    /** The owner as a signer; empty for any other name. */
    Optional<Keyholder> keyholder(String keyId) {
        return owned.filter(any -> keyId.equals(LocalOwner.NAME)).map(Owned::keyholder);
    }

    /** The owner as an agent; empty for any other, and where there is no owner. */
    Optional<Agent> agent(AccountId account, AgentId id) {
        Agent agent = new LocalOwner().asAgent();
        return owned.filter(any -> agent.id().equals(id) && agent.account().equals(account))
                .map(any -> agent);
    }

    /** The cookie of a browser's session; empty where there is no owner. */
    Optional<String> cookieName() {
        return owned.map(any -> publicUrl.isHttps() ? "__Host-" + COOKIE : COOKIE);
    }

    /**
     * The owner, by a session.
     *
     * <p>The host must be one of our names, so that a page whose own name was pointed at this address stays a stranger.
     */
    LocalOwner owner(RequestHead head, Secret session) {
        boolean running = owned.filter(here -> here.sessions().isRunning(session, clock.instant()))
                .isPresent();
        if (!running || !isNamedBy(head)) {
            throw Problem.of(UNAUTHENTICATED, "The session has ended: run \"grantkeeper dashboard\" for a new link.");
        }
        return new LocalOwner();
    }

    /** Whether a request was sent to one of our names. */
    boolean isNamedBy(RequestHead head) {
        return authorities.contain(head.authority());
    }

    /** @throws Problem {@code not_found} where there is no owner */
    void require() {
        if (owned.isEmpty()) {
            throw Problem.of(NOT_FOUND, "There is no such resource.");
        }
    }

    NewCookie beginSession() {
        Secret session = owned.orElseThrow().sessions().begin(clock.instant());
        return new NewCookie.Builder(cookieName().orElseThrow())
                .value(session.reveal())
                .path("/")
                .maxAge((int) OwnerSessions.LIFETIME.toSeconds())
                .httpOnly(true)
                .secure(publicUrl.isHttps())
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
