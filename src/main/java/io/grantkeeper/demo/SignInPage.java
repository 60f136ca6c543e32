package io.grantkeeper.demo;

import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.Template;
import io.quarkus.qute.Variant;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.http.OAuth2HttpResponse;
import okhttp3.Headers;

/** Where a person says who they are and what they allow. Its form goes to the address that it was shown at. */
final class SignInPage {

    private static final String HTML = "text/html";
    private static final Headers HEADERS = Headers.of(
            "Content-Type", "text/html;charset=UTF-8",
            "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store");

    private final Template template = Engine.builder()
            .addDefaults()
            .addResultMapper(new HtmlEscaper(List.of(HTML)))
            .build()
            .parse(Resources.text("login.html"), Variant.forContentType(HTML));
    private final Map<String, String> scopeLabels;

    SignInPage(Map<String, String> scopeLabels) {
        this.scopeLabels = scopeLabels;
    }

    OAuth2HttpResponse show(AuthenticationRequest asked) {
        String html = template.data("name", Person.DEFAULT.name())
                .data("application", asked.getRedirectionURI().getAuthority())
                .data(
                        "scopes",
                        asked.getScope().toStringList().stream()
                                .map(this::label)
                                .toList())
                .render();
        return new OAuth2HttpResponse(HEADERS, 200, html, null);
    }

    private String label(String scope) {
        return scopeLabels.getOrDefault(scope, scope);
    }
}
