package io.grantkeeper.rehearsal;

import io.grantkeeper.oauth.AuthorizationRequest;
import io.grantkeeper.provider.ClientRegistration;
import io.grantkeeper.provider.Counterparty;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.secret.Secret;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Requests as they will go to the real provider, for a person to compare with its documentation. */
final class Shown {

    private static final String CALLBACK = "http://127.0.0.1:8080/api/apps/callback/";
    private static final URI PUBLISHED = URI.create("AUTHORIZATION_ENDPOINT");
    private static final Pattern FIELD = Pattern.compile("\\{([a-z0-9_]+)}");
    private static final String BY_ISSUER = "what the issuer publishes";

    private Shown() {}

    /** The authorization request, with words for what each one has of its own. */
    static String authorizationUrl(Provider provider, RehearsedService service) {
        Counterparty counterparty = new Counterparty(
                provider,
                service.counterparty().endpoints(),
                new ClientRegistration("CLIENT_ID", Optional.empty()),
                () -> URI.create(CALLBACK + provider.id()));
        List<String> scopes = List.copyOf(service.scopes());
        boolean nonced = scopes.contains("openid") && provider.dialect().nonceReturned();
        return new AuthorizationRequest(
                        authorizationEndpoint(provider),
                        counterparty.client().id(),
                        counterparty.redirectUri().get(),
                        scopes,
                        provider.scopes().separator(),
                        Secret.of("STATE"),
                        Optional.of("CHALLENGE")
                                .filter(used -> provider.requests().codeChallenged()),
                        Optional.of("NONCE").filter(used -> nonced),
                        provider.requests().names(),
                        counterparty.authorizationParameters(scopes))
                .toUri()
                .toString();
    }

    /** With a field as a word in capitals. */
    private static URI authorizationEndpoint(Provider provider) {
        String url = provider.template().tree().path("authorization_url").asText();
        return url.isEmpty()
                ? PUBLISHED
                : URI.create(FIELD.matcher(url)
                        .replaceAll(field -> field.group(1).replace('_', '-').toUpperCase(Locale.ROOT)));
    }

    static String tokenUrl(EntryText entry) {
        return entry.text("/token_url", BY_ISSUER);
    }

    static String revocation(EntryText entry) {
        String usual = entry.text("/revocation/style", "").equals("github") ? "DELETE" : "POST";
        return entry.text("/revocation/method", usual) + " " + entry.text("/revocation/url", BY_ISSUER);
    }
}
