package io.grantkeeper.provider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grantkeeper.oauth.Dialect;
import io.grantkeeper.oauth.Outcome;
import io.grantkeeper.oauth.RetryAfter;
import io.grantkeeper.oauth.TokenSet;
import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcEndpoint;
import io.quarkus.oidc.common.OidcResponseFilter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Stands between the OIDC client extension and what providers answer to it.
 *
 * <p>The extension takes a 200 with an error for a success, cannot read a form, and quotes tokens in the exception of a
 * 201. Here each answer is read as any other token response is; the extension sees plain JSON or is not reached.
 */
@ApplicationScoped
@Unremovable
@OidcEndpoint(OidcEndpoint.Type.TOKEN)
class ClientCredentialsAnswers implements OidcResponseFilter {

    /** Under which the extension tells a filter whose answer it is: {@code OidcClientImpl.CLIENT_ID_ATTRIBUTE}. */
    private static final String CLIENT_ID = "client-id";

    private final Providers providers;
    private final InstantSource clock;

    ClientCredentialsAnswers(Providers providers, InstantSource clock) {
        this.providers = providers;
        this.clock = clock;
    }

    @Override
    public Uni<Void> filter(OidcResponseFilterContext context) {
        Optional<Duration> wait = Optional.ofNullable(context.responseHeaders().get("Retry-After"))
                .flatMap(header -> RetryAfter.parse(header, clock.instant()));
        Outcome outcome = dialect(context)
                .outcome(context.statusCode(), context.responseBody().toString(), wait);
        if (context.statusCode() == 200 && outcome instanceof Outcome.Granted granted) {
            context.responseBody(Buffer.buffer(plain(granted.tokens().countedFrom(clock.instant()))));
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .failure(new NotGranted(outcome instanceof Outcome.Granted ? new Outcome.Uncertain() : outcome));
    }

    /** {@link ClientCredentials} calls the extension's client as its provider. */
    private Dialect dialect(OidcResponseFilterContext context) {
        return Optional.ofNullable(context.requestProperties().getString(CLIENT_ID))
                .flatMap(providers::find)
                .map(Provider::dialect)
                .orElse(Dialect.STANDARD);
    }

    private static String plain(TokenSet tokens) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("access_token", tokens.accessToken().reveal());
        json.put("token_type", tokens.tokenType());
        tokens.expiresIn().ifPresent(lifetime -> json.put("expires_in", lifetime.toSeconds()));
        tokens.scopes().ifPresent(scopes -> json.put("scope", String.join(" ", scopes)));
        return json.toString();
    }

    /** Carries an outcome past the extension. */
    static final class NotGranted extends RuntimeException {

        private final transient Outcome outcome;

        NotGranted(Outcome outcome) {
            super("no token was granted", null, false, false);
            this.outcome = outcome;
        }

        Outcome outcome() {
            return outcome;
        }
    }
}
