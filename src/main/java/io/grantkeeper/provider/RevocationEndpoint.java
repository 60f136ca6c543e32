package io.grantkeeper.provider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.grantkeeper.oauth.TokenResponse;
import io.grantkeeper.oauth.TokenResponses;
import io.grantkeeper.provider.Revocation.Style;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Ends grants at providers (RFC 7009, and the ways of those who do not follow it). */
@ApplicationScoped
public class RevocationEndpoint {

    /** What a provider says of a token that it knows no more: what we want has come true. */
    private static final Set<String> GONE_ALREADY = Set.of("invalid_token", "invalid_grant", "token_revoked");

    /**
     * The same, where the token is all that a request proves itself with; the words are Slack's. RFC 6750's own word is not
     * among them: it is that of an access token that has merely expired too, and of that the grant lives on.
     */
    private static final Set<String> BEARER_GONE_ALREADY = Set.of("token_revoked", "account_inactive");

    /** With any other status it is an overloaded server, or none of the provider's, that speaks. */
    private static final Set<Integer> SPEAKING_OF_THE_TOKEN = Set.of(400, 401, 403);

    private final Egress egress;
    private final ClientSecrets secrets;

    RevocationEndpoint(Egress egress, ClientSecrets secrets) {
        this.egress = egress;
        this.secrets = secrets;
    }

    /** @return whether the provider has ended the grant; false when it may be asked again. It never fails */
    public Uni<Boolean> revoke(
            Counterparty counterparty, Revocation revocation, Secret token, TokenKind kind, Duration deadline) {
        return secrets.showing(counterparty)
                .map(client -> revoked(client, revocation, token, kind, deadline))
                .orElseGet(() -> Uni.createFrom().item(false));
    }

    private Uni<Boolean> revoked(
            Counterparty counterparty, Revocation revocation, Secret token, TokenKind kind, Duration deadline) {
        Outbound request = switch (revocation.style()) {
            case RFC7009 -> rfc7009(counterparty, revocation, token, kind, deadline);
            case BEARER -> bearer(counterparty, revocation, token, deadline);
            case GITHUB -> github(counterparty, revocation, token, deadline);
        };
        return egress.send(request)
                .map(answer -> isDone(revocation.style(), answer))
                .onFailure(EgressFailure.class)
                .recoverWithItem(false);
    }

    private static Outbound rfc7009(
            Counterparty counterparty, Revocation revocation, Secret token, TokenKind kind, Duration deadline) {
        AuthenticatedForm form = AuthenticatedForm.of(
                counterparty,
                revocation
                        .clientAuthentication()
                        .orElseGet(() -> counterparty.provider().requests().clientAuthentication()),
                revocation.parameters().isEmpty() ? standard(token, kind) : Map.of(),
                Placeholders.of(counterparty, Set.of())
                        .and("token", token::reveal)
                        .fill(revocation.parameters()),
                revocation.format());
        return outbound(counterparty, revocation, form.headers(), form.body(), deadline);
    }

    private static Map<String, String> standard(Secret token, TokenKind kind) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("token", token.reveal());
        fields.put("token_type_hint", kind.wireName());
        return fields;
    }

    private static Outbound bearer(Counterparty counterparty, Revocation revocation, Secret token, Duration deadline) {
        Map<String, String> headers = Map.of("Accept", "application/json", "User-Agent", "Grantkeeper");
        return counterparty
                .provider()
                .api()
                .token()
                .carry(outbound(counterparty, revocation, headers, Optional.empty(), deadline), token);
    }

    private static Outbound github(Counterparty counterparty, Revocation revocation, Secret token, Duration deadline) {
        Map<String, String> headers = Map.of(
                "Content-Type", "application/json",
                "Accept", "application/vnd.github+json",
                "User-Agent", "Grantkeeper",
                "Authorization", AuthenticatedForm.basic(counterparty.client()));
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("access_token", token.reveal())
                .toString();
        return outbound(counterparty, revocation, headers, Optional.of(body), deadline);
    }

    private static Outbound outbound(
            Counterparty counterparty,
            Revocation revocation,
            Map<String, String> headers,
            Optional<String> body,
            Duration deadline) {
        return new Outbound(
                revocation.method(),
                revocation.uri(counterparty.client().id()),
                headers,
                body,
                deadline,
                counterparty.provider().allowPrivate());
    }

    /**
     * RFC 7009 §2.2 answers 200 for an unknown token too; GitHub answers 404 or 422 for one. Some answer 200 with an error
     * in it, whatever it is.
     */
    private static boolean isDone(Style style, Answer answer) {
        return switch (style) {
            case RFC7009 -> isDone(answer, GONE_ALREADY);
            case BEARER -> isDone(answer, BEARER_GONE_ALREADY);
            case GITHUB -> answer.isSuccess() || answer.status() == 404 || answer.status() == 422;
        };
    }

    private static boolean isDone(Answer answer, Set<String> gone) {
        return TokenResponses.read(answer.status(), answer.body()) instanceof TokenResponse.Refused refused
                ? saysOfTheToken(answer) && gone.contains(refused.error())
                : answer.isSuccess();
    }

    private static boolean saysOfTheToken(Answer answer) {
        return answer.isSuccess() || SPEAKING_OF_THE_TOKEN.contains(answer.status());
    }

    /** Which token is handed over; the values of {@code token_type_hint} (RFC 7009 §2.1). */
    public enum TokenKind {
        ACCESS_TOKEN,
        REFRESH_TOKEN;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static TokenKind of(String wireName) {
            return valueOf(wireName.toUpperCase(Locale.ROOT));
        }
    }
}
