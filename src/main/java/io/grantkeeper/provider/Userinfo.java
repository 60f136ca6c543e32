package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.Place.Source;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks a provider who its user is. */
@ApplicationScoped
public class Userinfo {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Egress egress;

    Userinfo(Egress egress) {
        this.egress = egress;
    }

    /**
     * The user behind fresh tokens, by the places that the provider's entry names: the token answer, the userinfo endpoint,
     * which is asked only where a place is in its answer, or a token. Tokens came over TLS from the token endpoint itself
     * and need no signature check then (OpenID Connect Core §3.1.3.7).
     *
     * <p>Where both an ID token and the userinfo endpoint tell the subject, it has to be one and the same (OpenID Connect
     * Core §5.3.2).
     *
     * @return the identity, without a subject where nobody promised to tell one; fails with {@link EgressFailure} when the
     *     provider did not tell what its entry promises
     */
    public Uni<ProviderIdentity> identify(Counterparty counterparty, TokenSet tokens, Duration deadline) {
        Identity places = counterparty.provider().identity();
        return userinfo(counterparty, tokens.accessToken(), deadline)
                .map(userinfo -> new Testimony(tokens, userinfo))
                .invoke(testimony -> requireSame(testimony, places))
                .map(testimony -> testimony.identity(places))
                .invoke(identity -> requireSubject(counterparty, identity));
    }

    private Uni<Optional<JsonNode>> userinfo(Counterparty counterparty, Secret accessToken, Duration deadline) {
        return counterparty
                .endpoints()
                .userinfo()
                .filter(userinfo -> counterparty.provider().identity().asksUserinfo())
                .map(userinfo -> ask(counterparty, userinfo, accessToken, deadline))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private Uni<Optional<JsonNode>> ask(
            Counterparty counterparty, URI userinfo, Secret accessToken, Duration deadline) {
        Provider provider = counterparty.provider();
        UserinfoRequest request = provider.userinfo();
        Map<String, String> headers = request.headers(counterparty);
        headers.put(
                provider.accessTokenHeader().name(),
                provider.accessTokenHeader().value(accessToken));
        return egress.send(new Outbound(
                        request.method(), userinfo, headers, request.body(), deadline, provider.allowPrivate()))
                .map(answer -> Optional.of(claims(answer)));
    }

    private static JsonNode claims(Answer answer) {
        if (!answer.isSuccess()) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the userinfo endpoint answered an error");
        }
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException unreadable) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the userinfo endpoint did not answer JSON");
        }
    }

    private static void requireSubject(Counterparty counterparty, ProviderIdentity identity) {
        boolean promised = !counterparty.provider().identity().subject().isIn(Source.USERINFO)
                || counterparty.endpoints().userinfo().isPresent();
        if (promised && identity.subject().isEmpty()) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the provider did not tell the subject");
        }
    }

    private static void requireSame(Testimony testimony, Identity places) {
        if (places.isOpenIdSubject() && !testimony.agrees()) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the userinfo endpoint told another subject");
        }
    }
}
