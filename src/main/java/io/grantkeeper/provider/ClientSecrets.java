package io.grantkeeper.provider;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What our clients show as their secrets: the secret itself, or what is made of it for a while where the provider wants a
 * {@link ClientSecretJwt}.
 */
@ApplicationScoped
class ClientSecrets {

    private final InstantSource clock;
    private final Cache<Recipe, Made> made =
            Caffeine.newBuilder().maximumSize(1000).build();

    ClientSecrets(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * The same counterparty as a client that shows what is to be shown. Empty where that cannot be made: the operator has
     * to act, and the provider must not see what we have instead.
     */
    Optional<Counterparty> showing(Counterparty counterparty) {
        return counterparty
                .provider()
                .requests()
                .clientSecretJwt()
                .map(jwt -> showing(counterparty, jwt))
                .orElseGet(() -> Optional.of(counterparty));
    }

    private Optional<Counterparty> showing(Counterparty counterparty, ClientSecretJwt jwt) {
        ClientRegistration client = counterparty.client();
        return client.secret()
                .flatMap(pem -> signed(new Recipe(jwt, client.id(), pem)))
                .map(shown -> counterparty.as(new ClientRegistration(client.id(), Optional.of(shown))));
    }

    private Optional<Secret> signed(Recipe recipe) {
        Instant now = clock.instant();
        return Optional.ofNullable(made.getIfPresent(recipe))
                .filter(known -> now.isBefore(known.until()))
                .map(Made::secret)
                .or(() -> signed(recipe, now));
    }

    private Optional<Secret> signed(Recipe recipe, Instant now) {
        ClientSecretJwt jwt = recipe.jwt();
        Instant until = now.plus(jwt.lifetime()).minus(jwt.rest());
        Optional<Secret> signed = SigningKey.read(recipe.pem()).flatMap(key -> jwt.signed(recipe.clientId(), key, now));
        signed.ifPresent(secret -> made.put(recipe, new Made(secret, until)));
        return signed;
    }

    private record Recipe(ClientSecretJwt jwt, String clientId, Secret pem) {}

    private record Made(Secret secret, Instant until) {}
}
