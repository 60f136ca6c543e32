package io.grantkeeper.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.util.Collection;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where a user connects, and connects again; what callers are told when only a user can help. */
@ApplicationScoped
public class AuthorizeUrls {

    private final String authorize;

    AuthorizeUrls(
            @ConfigProperty(name = "grantkeeper.public-url", defaultValue = "http://127.0.0.1:8080") String publicUrl) {
        this.authorize = publicUrl.replaceAll("/+$", "") + "/api/apps/authorize";
    }

    /** Connects the provider for the first time. */
    public String connect(String provider) {
        return authorize + "?provider=" + URLEncoder.encode(provider, UTF_8);
    }

    /** Reauthorizes the connection with what it was granted. */
    public String reconnect(Connection connection) {
        return authorize + "?connectionId=" + connection.id();
    }

    /** Reauthorizes the connection with these scopes. */
    public String reconnect(Connection connection, Collection<String> scopes) {
        return reconnect(connection) + "&scopes=" + URLEncoder.encode(String.join(",", scopes), UTF_8);
    }
}
