package io.grantkeeper.authorization;

import io.grantkeeper.caller.PublicUrl;
import io.grantkeeper.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.NewCookie.SameSite;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The cookies that bind a flow to the browser it was started in, one a flow. */
@ApplicationScoped
class FlowCookies {

    private static final String NAME = "grantkeeper-flow-";

    private final boolean https;

    FlowCookies(@ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl) {
        this.https = publicUrl.isHttps();
    }

    /** With the prefix {@code __Host-} no other host of the same domain can set it; a browser takes it on https only. */
    String nameFor(Attempt attempt) {
        return (https ? "__Host-" : "") + NAME + attempt.cookieSuffix();
    }

    NewCookie bind(Attempt attempt, Secret browser) {
        return cookie(attempt, browser.reveal(), (int) Attempts.LIFETIME.toSeconds());
    }

    NewCookie release(Attempt attempt) {
        return cookie(attempt, "", 0);
    }

    private NewCookie cookie(Attempt attempt, String value, int maxAge) {
        return new NewCookie.Builder(nameFor(attempt))
                .value(value)
                .path("/")
                .maxAge(maxAge)
                .httpOnly(true)
                .secure(https)
                // Lax: the provider sends the browser back by a navigation from its own site.
                .sameSite(SameSite.LAX)
                .build();
    }
}
