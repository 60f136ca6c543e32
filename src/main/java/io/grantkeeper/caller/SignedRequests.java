package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.CLOCK_SKEW;
import static io.grantkeeper.problem.ProblemCode.RATE_LIMITED;
import static io.grantkeeper.problem.ProblemCode.REPLAYED;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static java.time.temporal.ChronoUnit.SECONDS;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Randomness;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Proves a caller by the signature over its request. */
@Singleton
final class SignedRequests {

    private final Keyholders keyholders;
    private final Nonces everyReplica;
    private final SeenNonces thisReplica;
    private final Authorities authorities;
    private final AgentLimits limits;
    private final Duration tolerance;
    private final InstantSource clock;
    private final HmacKey decoy;

    SignedRequests(
            Keyholders keyholders,
            Nonces nonces,
            Authorities authorities,
            AgentLimits limits,
            SignaturesConfig config,
            InstantSource clock,
            Randomness randomness) {
        if (config.tolerance().compareTo(SignaturesConfig.MAX_TOLERANCE) > 0
                || config.tolerance().toSeconds() < 1) {
            throw new IllegalArgumentException("grantkeeper.signatures.tolerance is not between 1 s and 300 s");
        }
        this.keyholders = keyholders;
        this.everyReplica = nonces;
        this.authorities = authorities;
        this.limits = limits;
        this.tolerance = config.tolerance();
        this.thisReplica = new SeenNonces(tolerance, config.nonces(), randomness);
        this.clock = clock;
        this.decoy = HmacKey.of(randomness.bytes(32));
    }

    Uni<ProvenCaller> prove(RequestHead head, MessageSignature signature) {
        Instant now = clock.instant();
        Optional<ContentDigest> body = body(head, signature);
        requireMeantForUs(head);
        requireRecent(signature.created(), now);
        return keyholders
                .find(signature.keyId())
                .map(found -> requireRight(found, head, signature, now))
                .invoke(limits::require)
                .call(() -> spend(signature, head, now))
                .map(caller -> new ProvenCaller(caller, Proof.SIGNATURE, body));
    }

    /** A body is covered; where certainly none follows, nothing stands for one. */
    private static Optional<ContentDigest> body(RequestHead head, MessageSignature signature) {
        if (signature.coversBody()) {
            return Optional.of(ContentDigest.of(head.header("content-digest")));
        }
        if (head.announcesBody()) {
            throw ContentDigest.wrong();
        }
        return Optional.empty();
    }

    private void requireMeantForUs(RequestHead head) {
        if (!authorities.contain(head.authority())) {
            throw Problem.of(UNAUTHENTICATED, "The request was signed for another authority than this server's.");
        }
    }

    /** In whole seconds, as {@code created} is. */
    private void requireRecent(Instant created, Instant now) {
        Instant serverTime = now.truncatedTo(SECONDS);
        if (Duration.between(created, serverTime).abs().compareTo(tolerance) > 0) {
            throw Problem.of(CLOCK_SKEW, "The signature's \"created\" is too far from this server's time.")
                    .with("serverTime", serverTime.toString());
        }
    }

    /** An unknown key takes as long as a wrong one and is answered the same. */
    private Caller requireRight(Optional<Keyholder> found, RequestHead head, MessageSignature signature, Instant now) {
        byte[] base = signature.base(head);
        boolean right = found.map(holder -> holder.verifies(base, signature.signature(), now))
                .orElseGet(() -> decoy.verifies(base, signature.signature()));
        return found.filter(holder -> right)
                .map(Keyholder::caller)
                .orElseThrow(() -> Problem.of(UNAUTHENTICATED, "The signature is not one of a known key."));
    }

    /** What may change something must not be taken by another replica either. */
    private Uni<Void> spend(MessageSignature signature, RequestHead head, Instant now) {
        Instant expiresAt = signature.created().plus(tolerance);
        rememberHere(signature, expiresAt, now);
        return head.isSafe() ? Uni.createFrom().voidItem() : rememberEverywhere(signature, expiresAt);
    }

    private void rememberHere(MessageSignature signature, Instant expiresAt, Instant now) {
        switch (thisReplica.remember(signature.keyId(), signature.nonce(), expiresAt, now)) {
            case SEEN -> throw replayed();
            case FULL -> throw tooMany();
            case FRESH -> {}
        }
    }

    private Uni<Void> rememberEverywhere(MessageSignature signature, Instant expiresAt) {
        return everyReplica
                .remember(signature.keyId(), signature.nonce(), expiresAt)
                .chain(first ->
                        first ? Uni.createFrom().voidItem() : Uni.createFrom().failure(replayed()));
    }

    private static Problem replayed() {
        return Problem.of(REPLAYED, "A request with this nonce was seen before.");
    }

    private Problem tooMany() {
        return Problem.of(RATE_LIMITED, "This key signs more requests than can be kept apart.")
                .retryAfter(tolerance);
    }
}
