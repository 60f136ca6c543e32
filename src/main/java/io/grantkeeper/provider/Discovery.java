package io.grantkeeper.provider;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import org.jboss.logging.Logger;

/**
 * Tells where a provider is to be asked: what its entry says, and where that leaves something open, what its issuer
 * publishes.
 *
 * <p>What was found is kept for an hour, and longer while the provider is away. That nothing was found is kept for half
 * a minute, so that a broken provider is not asked by every request.
 */
@Singleton
public final class Discovery {

    private static final Logger LOG = Logger.getLogger(Discovery.class);
    private static final Duration FOUND = Duration.ofHours(1);
    private static final Duration NOT_FOUND = Duration.ofSeconds(30);

    private final Metadata metadata;
    private final InstantSource clock;
    /** Bounded, since an issuer may be of each connection. */
    private final ConcurrentMap<Issuer, Known> known =
            Caffeine.newBuilder().maximumSize(1000).<Issuer, Known>build().asMap();

    Discovery(Metadata metadata, InstantSource clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    /** Fails with {@link EgressFailure}, nothing sent, when what the issuer publishes cannot be had or believed. */
    public Uni<Endpoints> endpoints(Provider provider) {
        DeclaredEndpoints declared = provider.endpoints();
        return declared.complete()
                .map(Uni.createFrom()::item)
                .orElseGet(() -> published(Issuer.of(provider)).map(declared::or));
    }

    private Uni<Endpoints> published(Issuer issuer) {
        Known last = known.getOrDefault(issuer, Known.NOTHING);
        if (clock.instant().isBefore(last.until())) {
            return last.answer();
        }
        // While one looks again, the others take what was found before.
        known.computeIfPresent(issuer, (same, old) -> old.found() ? old.until(from(NOT_FOUND)) : old);
        return lookUp(issuer);
    }

    private Uni<Endpoints> lookUp(Issuer issuer) {
        return document(issuer)
                .map(document -> document.endpoints(issuer.identifier(), issuer.allowPrivate()))
                .invoke(endpoints -> known.put(issuer, Known.found(endpoints, from(FOUND))))
                .onFailure(EgressFailure.class)
                .recoverWithUni(failure -> withoutAnswer(issuer, failure));
    }

    private Uni<DiscoveryDocument> document(Issuer issuer) {
        List<URI> addresses = DiscoveryDocument.addresses(issuer.identifier());
        return metadata.fetch(addresses.getFirst(), issuer.allowPrivate())
                .onFailure(EgressFailure.class)
                .recoverWithUni(() -> metadata.fetch(addresses.getLast(), issuer.allowPrivate()))
                .map(DiscoveryDocument::new);
    }

    private Uni<Endpoints> withoutAnswer(Issuer issuer, Throwable failure) {
        LOG.warnf("discovery of %s failed: %s", issuer.identifier(), failure.getMessage());
        Known nothing = Known.nothing(failure, from(NOT_FOUND));
        return known.merge(issuer, nothing, (old, now) -> old.found() ? old.until(now.until()) : now)
                .answer();
    }

    private Instant from(Duration now) {
        return clock.instant().plus(now);
    }

    /** Whose documents are kept apart: the same issuer is looked at with other eyes where it may be private. */
    private record Issuer(String identifier, boolean allowPrivate) {

        static Issuer of(Provider provider) {
            return new Issuer(provider.endpoints().issuer().orElseThrow(), provider.allowPrivate());
        }
    }

    private record Known(Uni<Endpoints> answer, boolean found, Instant until) {

        static final Known NOTHING = new Known(Uni.createFrom().nothing(), false, Instant.MIN);

        static Known found(Endpoints endpoints, Instant until) {
            return new Known(Uni.createFrom().item(endpoints), true, until);
        }

        static Known nothing(Throwable failure, Instant until) {
            String reason = "discovery failed: " + failure.getMessage();
            return new Known(
                    Uni.createFrom().failure(new EgressFailure(EgressFailure.Kind.NOT_SENT, reason)), false, until);
        }

        Known until(Instant later) {
            return new Known(answer, found, later);
        }
    }
}
