package io.grantkeeper.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.provider.Place.Source;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds out whose fresh tokens are, and where at the provider they are good: from the callback, the token answer, the tokens
 * themselves, the userinfo endpoint and the list of accounts, as far as the provider's entry looks for something there.
 */
@ApplicationScoped
public class Introductions {

    private static final Set<Source> AT_HAND =
            Set.of(Source.ANSWER, Source.ID_TOKEN, Source.ACCESS_TOKEN, Source.CALLBACK);

    private final Userinfo userinfo;
    private final Discovery discovery;

    Introductions(Userinfo userinfo, Discovery discovery) {
        this.userinfo = userinfo;
        this.discovery = discovery;
    }

    /**
     * What the callback alone tells of a connection.
     *
     * @param known what somebody gave
     * @throws EgressFailure when a value does not fit
     */
    public static ConnectionFields told(Provider provider, ConnectionFields known, JsonNode callback) {
        return known.and(told(provider, Set.of(Source.CALLBACK), known, place -> value(callback, place)));
    }

    /**
     * The user behind fresh tokens. Tokens came over TLS from the token endpoint itself and need no signature check then
     * (OpenID Connect Core §3.1.3.7). Where both an ID token and the userinfo endpoint tell the subject, it has to be one
     * and the same (OpenID Connect Core §5.3.2).
     *
     * @param known the fields that somebody gave
     * @param deadline of each of at most two calls
     * @return fails with {@link EgressFailure} when the provider did not tell what its entry promises; the identity is
     *     without a subject where nobody promised to tell one
     */
    public Uni<Introduction> introduce(
            Counterparty counterparty, TokenSet tokens, ConnectionFields known, JsonNode callback, Duration deadline) {
        return Uni.createFrom()
                .item(() -> atHand(counterparty.provider(), Testimony.of(tokens, callback, known)))
                .chain(testimony -> asked(counterparty, testimony, deadline))
                .chain(testimony -> chosen(counterparty, testimony, deadline))
                .chain(testimony -> introduced(counterparty, testimony));
    }

    private static Testimony atHand(Provider provider, Testimony testimony) {
        return testimony.with(told(provider, AT_HAND, testimony.fields(), testimony::text));
    }

    private Uni<Testimony> asked(Counterparty counterparty, Testimony testimony, Duration deadline) {
        Provider provider = counterparty.provider();
        if (!provider.asks(Source.USERINFO)) {
            return Uni.createFrom().item(testimony);
        }
        return reach(counterparty, testimony)
                .chain(reached -> userinfo.ask(reached, testimony.tokens().accessToken(), deadline))
                .map(testimony::withUserinfo)
                .invoke(told -> requireSame(told, provider.identity()))
                .map(told -> told.with(told(provider, Set.of(Source.USERINFO), told.fields(), told::text)));
    }

    private Uni<Testimony> chosen(Counterparty counterparty, Testimony testimony, Duration deadline) {
        if (!counterparty.provider().asks(Source.ACCOUNTS)) {
            return Uni.createFrom().item(testimony);
        }
        return reach(counterparty, testimony).chain(reached -> {
            AccountList list = reached.provider().accounts().orElseThrow(() -> untold("where its list of accounts is"));
            return userinfo.ask(reached, list, testimony.tokens().accessToken(), deadline)
                    .map(answer -> chosen(reached.provider(), list.fitting(answer, testimony::text), testimony));
        });
    }

    /** The first that fits, or the one whose fields somebody named. */
    private static Testimony chosen(Provider provider, List<JsonNode> fitting, Testimony testimony) {
        List<Field> listed = provider.fields().stream()
                .filter(field -> field.isChosen() && provider.isNamedBy(field))
                .toList();
        return fitting.stream()
                .map(testimony::withAccount)
                .filter(each -> listed.stream().allMatch(field -> isWanted(field, each)))
                .findFirst()
                .map(each -> each.with(told(provider, Set.of(Source.ACCOUNTS), each.fields(), each::text)))
                .orElseThrow(() -> untold("of an account that this could be for"));
    }

    private static boolean isWanted(Field field, Testimony testimony) {
        Optional<String> named = testimony.fields().find(field.name());
        return named.isEmpty()
                || named.equals(field.from().flatMap(testimony::text).flatMap(field::read));
    }

    private Uni<Introduction> introduced(Counterparty counterparty, Testimony testimony) {
        Provider provider = counterparty.provider();
        ConnectionFields fields = provider.complete(testimony.fields());
        provider.fields().stream()
                .filter(field -> fields.find(field.name()).isEmpty()
                        && provider.template().isNeeded(field))
                .findFirst()
                .ifPresent(field -> {
                    throw untold(field.name());
                });
        ProviderIdentity identity = testimony.identity(provider.identity());
        return reach(counterparty, testimony)
                .invoke(reached -> requireSubject(reached, identity))
                .map(reached -> new Introduction(reached, fields, identity));
    }

    /** The same provider, with what is known of the connection by now. */
    private Uni<Counterparty> reach(Counterparty counterparty, Testimony testimony) {
        if (counterparty.provider().fields().isEmpty()) {
            return Uni.createFrom().item(counterparty);
        }
        Provider filled = counterparty.provider().at(testimony.fields());
        return discovery
                .endpoints(filled)
                .map(endpoints ->
                        new Counterparty(filled, endpoints, counterparty.client(), counterparty.redirectUri()));
    }

    private static ConnectionFields told(
            Provider provider, Set<Source> sources, ConnectionFields known, Function<Place, Optional<String>> teller) {
        Map<String, String> told = provider.fields().stream()
                .filter(field -> field.from()
                        .filter(place -> sources.contains(place.source()))
                        .isPresent())
                .filter(field -> known.find(field.name()).isEmpty())
                .flatMap(field ->
                        field
                                .from()
                                .flatMap(teller)
                                .map(value -> Map.entry(field.name(), fitting(field, value)))
                                .stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return ConnectionFields.of(told);
    }

    /** A host or a path of the provider's choosing is where tokens go: nothing but what the entry expects is taken. */
    private static String fitting(Field field, String told) {
        return field.read(told).orElseThrow(() -> untold("a " + field.name() + " that its entry lets it have"));
    }

    private static Optional<String> value(JsonNode node, Place place) {
        return Optional.of(node.at(place.pointer()))
                .filter(told -> told.isValueNode() && !told.isNull())
                .map(JsonNode::asText);
    }

    private static void requireSubject(Counterparty counterparty, ProviderIdentity identity) {
        boolean promised = !counterparty.provider().identity().subject().isIn(Source.USERINFO)
                || counterparty.endpoints().userinfo().isPresent();
        if (promised && identity.subject().isEmpty()) {
            throw untold("the subject");
        }
    }

    private static void requireSame(Testimony testimony, Identity places) {
        if (places.isOpenIdSubject() && !testimony.agrees()) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the userinfo endpoint told another subject");
        }
    }

    private static EgressFailure untold(String what) {
        return new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the provider did not tell " + what);
    }
}
