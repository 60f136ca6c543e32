package io.grantkeeper.provider;

import io.grantkeeper.oauth.Dialect;
import io.grantkeeper.oauth.TokenSet;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A third party with an OAuth 2.0 authorization server, and how it deviates from the standards.
 *
 * @param id the word for it in requests, settings and rows
 * @param name how a person calls it
 * @param clientSettings where our registration may be found; the first that is set counts
 * @param requests how its authorization server is asked
 * @param userinfo how it is asked who its user is
 * @param accessTokenHeader how a request to its API carries a token
 * @param dialect how its token endpoint's answers are read
 * @param apiBaseUrls where its tokens may be sent; the first is the usual one
 * @param services words for some of its scopes at once
 * @param custom whether an operator brought it, so that it gets a callback of its own (RFC 9700 §4.4)
 * @param allowPrivate whether the operator lets it live on http, loopback or private addresses
 */
public record Provider(
        String id,
        String name,
        String description,
        Optional<String> category,
        DeclaredEndpoints endpoints,
        List<ClientSettings> clientSettings,
        Requests requests,
        Scopes scopes,
        Identity identity,
        UserinfoRequest userinfo,
        AccessTokenHeader accessTokenHeader,
        Dialect dialect,
        Refresh refresh,
        List<URI> apiBaseUrls,
        Presentation presentation,
        Map<String, Set<String>> services,
        Set<Grant> grants,
        boolean custom,
        boolean allowPrivate) {

    public Provider {
        clientSettings = List.copyOf(clientSettings);
        apiBaseUrls = List.copyOf(apiBaseUrls);
        services = Ordered.copyOf(services);
        grants = Ordered.copyOf(grants);
    }

    /** The scopes to ask for when these are requested; see {@link Scopes#choose}. */
    public SequencedSet<String> scopesFor(Collection<String> requested) {
        return scopes.choose(requested);
    }

    /**
     * Whom this provider's refresh tokens are sent to: the origin of the token URL, or of the issuer where that one
     * names it. A token is sealed for it, so that an edited entry cannot have it sent elsewhere.
     */
    public String tokenEndpointOrigin() {
        return origin(endpoints
                .token()
                .or(() -> endpoints.issuer().map(URI::create))
                .orElseThrow(() -> new IllegalStateException("an entry without token URL and issuer was let in")));
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
        boolean ends = tokens.refreshToken().isPresent() || !refresh.issued();
        return ends ? understood(tokens) : tokens.renamed(scopes::granted);
    }

    /**
     * The same of its other tokens, which do end: those for a refresh token, which is kept where no other came, and those
     * for our client's own credentials, with which another can be had.
     */
    TokenSet understood(TokenSet tokens) {
        return tokens.untoldLifetime(refresh.accessTokenLifetime()).renamed(scopes::granted);
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
                scopes,
                identity,
                userinfo,
                accessTokenHeader,
                dialect,
                refresh,
                apiBaseUrls,
                presentation,
                services,
                grants,
                custom,
                allowPrivate);
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
