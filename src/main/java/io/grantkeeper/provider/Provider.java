package io.grantkeeper.provider;

import io.grantkeeper.oauth.Dialect;
import io.grantkeeper.oauth.TokenSet;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.secret.SealBroken;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A third party with an OAuth 2.0 authorization server, and how it deviates from the standards.
 *
 * @param id the word for it in requests, settings and rows
 * @param name how a person calls it
 * @param clientSettings where our registration may be found; the first that is set counts
 * @param requests how its authorization server is asked
 * @param callback how it sends browsers back
 * @param userinfo how it is asked who its user is
 * @param accounts what it has a list of, where a connection is to one of several
 * @param dialect how its token endpoint's answers are read
 * @param also the provider that finds tokens of its own in the answer to an exchange here
 * @param api where its tokens may be sent, and how
 * @param services words for some of its scopes at once
 * @param custom whether an operator brought it, so that it gets a callback of its own (RFC 9700 §4.4)
 * @param allowPrivate whether the operator lets it live on http, loopback or private addresses
 * @param template its entry, where that says something else to every connection
 */
public record Provider(
        String id,
        String name,
        String description,
        Optional<String> category,
        DeclaredEndpoints endpoints,
        List<ClientSettings> clientSettings,
        Requests requests,
        CallbackForm callback,
        Scopes scopes,
        Identity identity,
        UserinfoRequest userinfo,
        Optional<AccountList> accounts,
        Dialect dialect,
        Optional<String> also,
        Refresh refresh,
        Api api,
        Presentation presentation,
        Map<String, Set<String>> services,
        Set<Grant> grants,
        boolean custom,
        boolean allowPrivate,
        EntryTemplate template) {

    public Provider {
        clientSettings = List.copyOf(clientSettings);
        services = Ordered.copyOf(services);
        grants = Ordered.copyOf(grants);
    }

    /** The scopes to ask for when these are requested; see {@link Scopes#choose}. */
    public SequencedSet<String> scopesFor(Collection<String> requested) {
        return scopes.choose(requested);
    }

    /**
     * Whom this provider's refresh tokens are sent to: the origin of the token URL, or of the issuer where that one
     * names it; where there is one of the provider for each connection, which of them; and the origin where tokens renew
     * themselves, if that is another. A token is sealed for it, so that neither an edited entry nor an edited field can have
     * it sent elsewhere.
     *
     * @param fields of the connection
     * @throws SealBroken when they are not such as the entry lets them be: what was sealed for them does not open then
     */
    public String tokenEndpointOrigin(ConnectionFields fields) {
        if (template.isUnset("/token_url") || template.isUnset("/issuer")) {
            throw new SealBroken("a setting of provider " + id + " is missing");
        }
        String token = isManifold() ? ownOrigin(fields) : tokenEndpointOrigin();
        return renewalOrigin(fields)
                .filter(other -> !other.equals(token))
                .map(other -> token + " " + other)
                .orElse(token);
    }

    private Optional<String> renewalOrigin(ConnectionFields fields) {
        try {
            return template.text("/refresh/renews_itself/url", fields).flatMap(EndpointUrls::origin);
        } catch (EgressFailure unfit) {
            throw new SealBroken("a field of provider " + id + " does not fit");
        }
    }

    private String ownOrigin(ConnectionFields fields) {
        try {
            String url = template.tree().has("token_url") ? "/token_url" : "/issuer";
            String origin = template.text(url, fields)
                    .flatMap(EndpointUrls::origin)
                    .orElseThrow(() -> new SealBroken("a field of provider " + id + " is missing"));
            return origin + " " + template.valuesIn(url, fields);
        } catch (EgressFailure unfit) {
            throw new SealBroken("a field of provider " + id + " does not fit");
        }
    }

    /**
     * Whom our client's secret is sent to, whichever connection it is for: as {@link #tokenEndpointOrigin}, in which a word
     * in braces stands for what is different.
     *
     * @throws SealBroken when the operator has not set where that is
     */
    public String clientOrigin() {
        if (template.unset().findAny().isPresent()) {
            throw new SealBroken("a setting of provider " + id + " is missing");
        }
        return isManifold() ? template.rawOrigin() : tokenEndpointOrigin();
    }

    /** The same of a provider that is {@link #at filled in}, or needs not to be. */
    String tokenEndpointOrigin() {
        return origin(endpoints
                .token()
                .or(() -> endpoints.issuer().map(URI::create))
                .orElseThrow(() -> new IllegalStateException("an entry without token URL and issuer was let in")));
    }

    /** What the entry lets each connection have values for. */
    public List<Field> fields() {
        return template.connectionFields();
    }

    /** Whether there is one of it for each connection, with users of its own. */
    public boolean isManifold() {
        return template.isVaried("/token_url") || template.isVaried("/issuer");
    }

    /** Whether it is where its operator says. */
    boolean isOperatorsOwn() {
        return template.isHostedBySetting("/token_url");
    }

    /**
     * The provider as this connection has it. What depends on a value that is not known yet is not there.
     *
     * @throws EgressFailure when a value is not one that the entry lets it be
     */
    public Provider at(ConnectionFields fields) {
        return template.isPlain() ? this : filled(template, fields);
    }

    /** The same provider with what its operator has set for it, told by the name of a field. */
    public Provider operated(Function<String, Optional<String>> settings) {
        return template.clientFields().isEmpty() ? this : filled(template.operated(settings), ConnectionFields.NONE);
    }

    private Provider filled(EntryTemplate entry, ConnectionFields fields) {
        return new ProviderEntry(entry.filled(fields), entry).provider(clientSettings, custom, allowPrivate);
    }

    /** Where a connection's tokens may be sent, the usual address first; nowhere where its fields are not such as the entry lets them be. */
    public List<String> apiBaseUrls(ConnectionFields fields) {
        try {
            return template.isPlain()
                    ? api.baseUrls().stream().map(URI::toString).toList()
                    : template.texts("/api_base_urls", fields);
        } catch (EgressFailure unfit) {
            return List.of();
        }
    }

    /** How a grant of such a connection is ended; not at all where its fields are not such as the entry lets them be. */
    public Optional<Revocation> revocation(ConnectionFields fields) {
        try {
            return at(fields).endpoints().revocation();
        } catch (EgressFailure unfit) {
            return Optional.empty();
        }
    }

    /**
     * The values that somebody gave for this provider's fields, by their names.
     *
     * @param askable which fields they may be for
     * @throws Problem {@code invalid_request}, which names the field that there is none of, or whose value does not fit
     */
    public ConnectionFields read(Map<String, String> given, Predicate<Field> askable) {
        Map<String, String> values = new LinkedHashMap<>();
        given.forEach((name, value) -> values.put(
                name,
                template.connectionField(name)
                        .filter(askable)
                        .orElseThrow(() -> invalid("This provider has no such field as one of those given."))
                        .read(value)
                        .orElseThrow(() -> unfit(name))));
        return ConnectionFields.of(values);
    }

    private Problem unfit(String name) {
        Field field = template.connectionField(name).orElseThrow();
        return invalid("The field " + name + " (" + field.label() + ") has no proper value; one would be "
                + field.example() + ".");
    }

    private static Problem invalid(String description) {
        return Problem.of(ProblemCode.INVALID_REQUEST, description);
    }

    /** The field that tells apart the connections that one user has here: the one that the entry calls the account. */
    Optional<String> accountField() {
        return identity.accountId()
                .filter(place -> place.isIn(Place.Source.FIELD))
                .map(place -> place.pointer().getMatchingProperty());
    }

    /** Whether an account is known by this field: by the one that is called so, else by each. */
    boolean isNamedBy(Field field) {
        return accountField().map(field.name()::equals).orElse(true);
    }

    /** Whether something is looked for there. */
    boolean asks(Place.Source source) {
        return Stream.concat(
                        identity.places(), template.connectionFields().stream().flatMap(field -> field.from().stream()))
                .anyMatch(place -> place.isIn(source));
    }

    /** Those of a connection's fields that a person gives and the provider does not tell anew. */
    public ConnectionFields given(ConnectionFields fields) {
        Map<String, String> given = new LinkedHashMap<>(fields.values());
        given.keySet()
                .removeIf(name -> template.connectionField(name)
                        .filter(field -> field.isAsked() || (field.isChosen() && isNamedBy(field)))
                        .isEmpty());
        return ConnectionFields.of(given);
    }

    /** These fields, and what counts for those that nobody said anything of. */
    public ConnectionFields complete(ConnectionFields fields) {
        Map<String, String> usual = new LinkedHashMap<>();
        fields().forEach(field -> field.fallback().ifPresent(value -> usual.put(field.name(), value)));
        return ConnectionFields.of(usual).and(fields);
    }

    /** What has to be said of a grant that was made elsewhere: what a person would have been asked, and a callback have told. */
    public List<Field> missingOfImport(ConnectionFields fields) {
        return template.connectionFields().stream()
                .filter(field -> field.isNeeded() || field.isToldByCallbackAlone())
                .filter(field -> fields.find(field.name()).isEmpty())
                .toList();
    }

    /** What a person has to say before the provider can be asked anything. */
    public List<Field> missing(ConnectionFields fields) {
        return template.connectionFields().stream()
                .filter(field -> field.isNeeded() && fields.find(field.name()).isEmpty())
                .toList();
    }

    /**
     * Its tokens for a code as the standards have them: with the scopes by their names and the lifetime that it does not
     * tell.
     *
     * <p>The entry's lifetime counts only where a refresh token came, or where the provider never issues any. Several
     * have two kinds of clients under one name, with tokens that end and can be refreshed, and with tokens that neither
     * end nor can be; the answer tells which kind ours is. An end that were made up for the other kind would be the end
     * of the connection.
     */
    TokenSet exchanged(TokenSet tokens) {
        TokenSet own = refresh.renewsItself().isPresent() ? tokens.renewingThemselves() : tokens;
        boolean ends = own.refreshToken().isPresent() || !refresh.issued();
        return ends ? understood(own) : own.renamed(scopes::granted);
    }

    /**
     * The same of its other tokens, which do end: those for a refresh token, which is kept where no other came, and those
     * for our client's own credentials, with which another can be had.
     */
    TokenSet understood(TokenSet tokens) {
        return tokens.untoldLifetime(refresh.accessTokenLifetime()).renamed(scopes::granted);
    }

    /** Whether a client's secret is made with a key, and with settings that go with it. */
    public boolean hasSignedSecret() {
        return requests.clientSecretJwt().isPresent();
    }

    /** Whether what a client of ours has is what it takes to prove itself: a key, where a secret is made with one. */
    public boolean takes(ClientRegistration client) {
        return requests.clientSecretJwt().isEmpty()
                || client.secret().flatMap(SigningKey::read).isPresent();
    }

    /** The same provider, whose registration may be found here as well. */
    Provider alsoConfiguredBy(ClientSettings settings) {
        return new Provider(
                id,
                name,
                description,
                category,
                endpoints,
                Stream.concat(clientSettings.stream(), Stream.of(settings)).toList(),
                requests,
                callback,
                scopes,
                identity,
                userinfo,
                accounts,
                dialect,
                also,
                refresh,
                api,
                presentation,
                services,
                grants,
                custom,
                allowPrivate,
                template);
    }

    static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /** Nothing of its entry, in which what the operator set may be a key. */
    @Override
    public String toString() {
        return "Provider[" + id + "]";
    }
}
