package io.grantkeeper.provider;

import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.ScopeList;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.secret.Secret;
import io.quarkus.oidc.client.OidcClient;
import io.quarkus.oidc.client.OidcClientConfigBuilder;
import io.quarkus.oidc.client.OidcClients;
import io.quarkus.oidc.client.Tokens;
import io.quarkus.oidc.client.runtime.OidcClientConfig;
import io.quarkus.oidc.common.runtime.config.OidcClientCommonConfig.Credentials.Secret.Method;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Tokens that our client gets for itself (RFC 6749 §4.4), by the OIDC client extension: there is no refresh token that
 * a second try could burn.
 */
@ApplicationScoped
public class ClientCredentials {

    private final OidcClients clients;
    private final InstantSource clock;
    private final ClientSecrets secrets;

    ClientCredentials(OidcClients clients, InstantSource clock, ClientSecrets secrets) {
        this.clients = clients;
        this.clock = clock;
        this.secrets = secrets;
    }

    /** A fresh token. Every end of the call is an {@link Outcome}; it never fails. */
    public Uni<Outcome> obtain(Counterparty counterparty, Collection<String> scopes, Duration deadline) {
        return secrets.showing(counterparty)
                .map(client -> obtained(client, scopes, deadline))
                .orElseGet(() -> Uni.createFrom().item(new Outcome.Misconfigured()));
    }

    private Uni<Outcome> obtained(Counterparty counterparty, Collection<String> scopes, Duration deadline) {
        return clients.newClient(config(counterparty, scopes, deadline))
                .chain(client -> tokens(client, deadline))
                .<Outcome>map(
                        tokens -> new Outcome.Granted(counterparty.provider().understood(tokenSet(tokens))))
                .onFailure(ClientCredentialsAnswers.NotGranted.class)
                .recoverWithItem(ClientCredentialsAnswers.NotGranted::outcome)
                // The extension's own exceptions may quote the answer; what they tell us is that there was none.
                .onFailure()
                .recoverWithItem(() -> new Outcome.Transient(Optional.empty()));
    }

    private static Uni<Tokens> tokens(OidcClient client, Duration deadline) {
        return client.getTokens().ifNoItem().after(deadline).fail().eventually(() -> close(client));
    }

    private static OidcClientConfig config(Counterparty counterparty, Collection<String> scopes, Duration deadline) {
        ClientRegistration registration = counterparty.client();
        String tokenUrl = counterparty.endpoints().token().toString();
        OidcClientConfigBuilder config = new OidcClientConfigBuilder()
                .id(counterparty.provider().id())
                .authServerUrl(tokenUrl)
                .discoveryEnabled(false)
                .tokenPath(tokenUrl)
                .clientId(registration.id())
                .grant(OidcClientConfig.Grant.Type.CLIENT)
                .scopes(List.copyOf(scopes))
                .headers(Placeholders.of(counterparty, scopes)
                        .fill(counterparty.provider().requests().tokenHeaders()))
                .followRedirects(false)
                .connectionTimeout(deadline);
        String secret = registration.secret().map(Secret::reveal).orElse("");
        return switch (counterparty.provider().requests().clientAuthentication()) {
            case BASIC, BASIC_RAW ->
                config.credentials().clientSecret(secret, Method.BASIC).end().build();
            case POST ->
                config.credentials().clientSecret(secret, Method.POST).end().build();
            case NONE -> config.build();
        };
    }

    private TokenSet tokenSet(Tokens tokens) {
        return new TokenSet(
                Secret.of(tokens.getAccessToken()),
                Optional.ofNullable(tokens.get("token_type")).orElse("Bearer"),
                lifetime(tokens),
                Optional.empty(),
                Optional.ofNullable(tokens.get("scope")).map(ScopeList::parse),
                Optional.empty());
    }

    /** As the answer had it: what the extension makes of it is a time by the machine's clock, which may not be ours. */
    private Optional<Duration> lifetime(Tokens tokens) {
        return Optional.ofNullable(tokens.get("expires_in"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .or(() -> Optional.ofNullable(tokens.getAccessTokenExpiresAt())
                        .map(expiry ->
                                Duration.ofSeconds(expiry - clock.instant().getEpochSecond())));
    }

    private static void close(OidcClient client) {
        try {
            client.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
