package io.grantkeeper.provider;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The clients of providers' endpoints, put together by hand: for a command, which runs without a container. */
public record ProviderClients(
        Discovery discovery,
        TokenEndpoint tokens,
        Introductions introductions,
        RevocationEndpoint revocation,
        PublicMetadata metadata) {

    public static ProviderClients of(Vertx vertx, InstantSource clock, LongSupplier nanoTime) {
        Egress egress = new Egress(vertx);
        PublishedMetadata published = new PublishedMetadata(egress);
        Discovery discovery = new Discovery(published, clock);
        ClientSecrets secrets = new ClientSecrets(clock);
        return new ProviderClients(
                discovery,
                new TokenEndpoint(egress, clock, nanoTime, secrets),
                new Introductions(new Userinfo(egress), discovery),
                new RevocationEndpoint(egress, secrets),
                new PublicMetadata(published));
    }
}
