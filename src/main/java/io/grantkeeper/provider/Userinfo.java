package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.grantkeeper.oauth.IdToken;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
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
     * The user behind fresh tokens: by the userinfo endpoint, else by the ID token, which came over TLS from the token
     * endpoint itself and needs no signature check then (OpenID Connect Core §3.1.3.7), else nobody knows.
     *
     * <p>Where both tell the subject, it has to be one and the same (OpenID Connect Core §5.3.2).
     *
     * @return the identity; fails with {@link EgressFailure} when the provider did not tell what its entry promises
     */
    public Uni<ProviderIdentity> identify(Counterparty counterparty, TokenSet tokens, Duration deadline) {
        Identity pointers = counterparty.provider().identity();
        Optional<IdToken> idToken = tokens.idToken().flatMap(IdToken::read);
        return counterparty
                .endpoints()
                .userinfo()
                .map(userinfo -> ask(counterparty.provider(), userinfo, tokens.accessToken(), deadline))
                .orElseGet(
                        () -> Uni.createFrom().item(idToken.map(IdToken::claims).orElseGet(MissingNode::getInstance)))
                .map(claims -> identity(claims, pointers))
                .invoke(identity -> requireSubject(counterparty.endpoints(), identity))
                .invoke(identity -> requireSame(identity, pointers, idToken));
    }

    private Uni<JsonNode> ask(Provider provider, URI userinfo, Secret accessToken, Duration deadline) {
        Map<String, String> headers = Map.of(
                "Authorization", "Bearer " + accessToken.reveal(),
                "Accept", "application/json",
                "User-Agent", "Grantkeeper");
        return egress.send(new Outbound(
                        HttpMethod.GET, userinfo, headers, Optional.empty(), deadline, provider.allowPrivate()))
                .map(Userinfo::claims);
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

    private static ProviderIdentity identity(JsonNode claims, Identity pointers) {
        Optional<String> email = pointers.email().flatMap(pointer -> text(claims, pointer));
        Optional<String> accountId = pointers.accountId().flatMap(pointer -> text(claims, pointer));
        Optional<String> name =
                pointers.name().flatMap(pointer -> text(claims, pointer)).or(() -> email);
        return new ProviderIdentity(
                text(claims, pointers.subject())
                        .filter(ProviderIdentity::isHarmless)
                        .orElse(""),
                accountId.or(() -> email),
                name.or(() -> accountId));
    }

    private static Optional<String> text(JsonNode claims, JsonPointer pointer) {
        JsonNode value = claims.at(pointer);
        return value.isValueNode() && !value.isNull()
                ? Optional.of(value.asText()).filter(text -> !text.isBlank())
                : Optional.empty();
    }

    private static void requireSubject(Endpoints endpoints, ProviderIdentity identity) {
        if (identity.subject().isEmpty() && endpoints.userinfo().isPresent()) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the userinfo endpoint did not tell the subject");
        }
    }

    private static void requireSame(ProviderIdentity identity, Identity pointers, Optional<IdToken> idToken) {
        boolean other = pointers.isOpenIdSubject()
                && idToken.flatMap(IdToken::subject)
                        .filter(subject -> !subject.equals(identity.subject()))
                        .isPresent();
        if (other) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the userinfo endpoint told another subject");
        }
    }
}
