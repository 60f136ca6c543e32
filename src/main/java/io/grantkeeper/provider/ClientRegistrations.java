package io.grantkeeper.provider;

import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.secret.Secret;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** Our registrations at the providers, from the operator's settings; never from an entry. */
@Singleton
public final class ClientRegistrations {

    private static final String CALLBACK = "/api/apps/callback";

    private final Config config;

    public ClientRegistrations(Config config) {
        this.config = config;
    }

    /** Empty where the operator has not set all that it takes. */
    public Optional<ClientRegistration> find(Provider provider) {
        if (provider.template().unset().findAny().isPresent()) {
            return Optional.empty();
        }
        return provider.clientSettings().stream()
                .flatMap(settings -> registration(provider, settings).stream())
                .findFirst();
    }

    /** @throws Problem {@code provider_not_configured}, which names the settings that are missing */
    @CanIgnoreReturnValue
    public ClientRegistration require(Provider provider) {
        return find(provider).orElseThrow(() -> notConfigured(provider));
    }

    /** Where the provider sends the browser back to; the same in the authorization request and in the exchange. */
    public URI redirectUri(Provider provider) {
        return setting(Settings.name(provider.id(), "redirect-uri"))
                .map(URI::create)
                .orElseGet(() -> callback(provider));
    }

    private URI callback(Provider provider) {
        String publicUrl = setting("grantkeeper.public-url").orElse("http://127.0.0.1:8080");
        String path = provider.custom() ? CALLBACK + "/" + provider.id() : CALLBACK;
        return URI.create(publicUrl.replaceAll("/+$", "") + path);
    }

    private Optional<ClientRegistration> registration(Provider provider, ClientSettings settings) {
        Optional<Secret> secret = setting(settings.clientSecret()).map(Secret::of);
        return setting(settings.clientId())
                .filter(id ->
                        secret.isPresent() || provider.requests().clientAuthentication() == ClientAuthentication.NONE)
                .map(id -> new ClientRegistration(id, secret))
                .filter(provider::takes);
    }

    private Optional<String> setting(String name) {
        return config.getOptionalValue(name, String.class).map(String::strip).filter(value -> !value.isEmpty());
    }

    private Problem notConfigured(Provider provider) {
        return provider.clientSettings().stream()
                .map(ClientSettings::clientSecret)
                .filter(name -> setting(name)
                        .map(secret -> new ClientRegistration("", Optional.of(Secret.of(secret))))
                        .filter(client -> !provider.takes(client))
                        .isPresent())
                .findFirst()
                .map(name -> Problem.of(
                        ProblemCode.PROVIDER_NOT_CONFIGURED,
                        "The operator has set " + Settings.variable(name)
                                + " to something that is no private key (PEM, PKCS #8, P-256), so nothing can be"
                                + " connected here."))
                .orElseGet(() -> unset(provider));
    }

    private Problem unset(Provider provider) {
        ClientSettings settings = provider.clientSettings().getFirst();
        Stream<String> fields = provider.template().unset().map(field -> Settings.field(provider.id(), field.name()));
        Stream<String> client = provider.requests().clientAuthentication() == ClientAuthentication.NONE
                ? Stream.of(settings.clientId())
                : Stream.of(settings.clientId(), settings.clientSecret());
        String names = Stream.concat(client.filter(name -> setting(name).isEmpty()), fields)
                .map(Settings::variable)
                .collect(joining(" and "));
        return Problem.of(
                ProblemCode.PROVIDER_NOT_CONFIGURED,
                "The operator has not set " + names + ", so nothing can be connected here.");
    }
}
