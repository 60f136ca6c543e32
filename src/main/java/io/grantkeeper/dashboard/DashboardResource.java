package io.grantkeeper.dashboard;

import io.grantkeeper.caller.OpenToAnyone;
import io.grantkeeper.caller.PublicUrl;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The page. It holds no secret and shows nothing by itself: its script asks the API as whoever is signed in. */
@Path("/")
@OpenToAnyone
public class DashboardResource {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final PublicUrl publicUrl;

    DashboardResource(@ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl) {
        this.publicUrl = publicUrl;
    }

    @CheckedTemplate
    static final class Templates {

        private Templates() {}

        static native TemplateInstance page();
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public Uni<Response> page(@Context HttpHeaders headers) {
        String host = String.valueOf(headers.getHeaderString("Host"));
        if (host.startsWith("localhost") && publicUrl.authority().startsWith("127.0.0.1")) {
            // Cookies are set for the address, and the same page under another name would not have them.
            return Uni.createFrom()
                    .item(Response.status(Response.Status.FOUND)
                            .location(URI.create(publicUrl + "/"))
                            .build());
        }
        return Templates.page()
                .createUni()
                .map(html -> Response.ok(html, MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                        .header("Content-Security-Policy", POLICY)
                        // The popup's way back to this page is kept open; no other window gets hold of it.
                        .header("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
                        .header("X-Frame-Options", "DENY")
                        .header("X-Content-Type-Options", "nosniff")
                        .header("Referrer-Policy", "no-referrer")
                        .header("Cache-Control", "no-store")
                        .build());
    }
}
