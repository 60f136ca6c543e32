package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks a provider what it tells of its user: at the userinfo endpoint, and where it has a list of their accounts. */
@ApplicationScoped
class Userinfo {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Egress egress;

    Userinfo(Egress egress) {
        this.egress = egress;
    }

    /** What the userinfo endpoint answers; empty where there is none. Fails with {@link EgressFailure}. */
    Uni<Optional<JsonNode>> ask(Counterparty counterparty, Secret accessToken, Duration deadline) {
        return counterparty
                .endpoints()
                .userinfo()
                .map(userinfo ->
                        ask(counterparty, userinfo, accessToken, deadline).map(Optional::of))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    /** The answer with the list of accounts. Fails with {@link EgressFailure}. */
    Uni<JsonNode> ask(Counterparty counterparty, AccountList list, Secret accessToken, Duration deadline) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        headers.put("User-Agent", "Grantkeeper");
        headers.putAll(Placeholders.of(counterparty, Set.of()).fill(list.headers()));
        Outbound request = new Outbound(
                HttpMethod.GET,
                list.url(),
                headers,
                Optional.empty(),
                deadline,
                counterparty.provider().allowPrivate());
        return send(
                counterparty.provider().api().token().withScheme(list.scheme()).carry(request, accessToken));
    }

    private Uni<JsonNode> ask(Counterparty counterparty, URI userinfo, Secret accessToken, Duration deadline) {
        Provider provider = counterparty.provider();
        UserinfoRequest request = provider.userinfo();
        Outbound outbound = new Outbound(
                request.method(),
                userinfo,
                request.headers(counterparty),
                request.body(),
                deadline,
                provider.allowPrivate());
        return send(provider.api().token().carry(outbound, accessToken));
    }

    private Uni<JsonNode> send(Outbound request) {
        return egress.send(request).map(Userinfo::read);
    }

    private static JsonNode read(Answer answer) {
        if (!answer.isSuccess()) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "who the user is was answered with an error");
        }
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException unreadable) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "who the user is was not answered in JSON");
        }
    }
}
