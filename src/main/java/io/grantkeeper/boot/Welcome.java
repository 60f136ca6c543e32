package io.grantkeeper.boot;

import io.grantkeeper.caller.LocalOwner;
import io.grantkeeper.caller.OwnerSignIn;
import io.grantkeeper.caller.PublicUrl;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Says at the start what a person does next: opens the page, fetches a token.
 *
 * <p>It goes to the terminal and not to the log, for the link signs whoever opens it in, once.
 */
@Singleton
final class Welcome {

    private final boolean embedded;
    private final Optional<Path> home;
    private final PublicUrl publicUrl;
    private final OwnerSignIn signIn;

    Welcome(
            @ConfigProperty(name = BootSettings.EMBEDDED, defaultValue = "false") boolean embedded,
            @ConfigProperty(name = BootSettings.HOME) Optional<Path> home,
            @ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl,
            OwnerSignIn signIn) {
        this.embedded = embedded;
        this.home = home;
        this.publicUrl = publicUrl;
        this.signIn = signIn;
    }

    void say(@ObservesAsync HttpServerStart listening) {
        if (embedded) {
            System.out.println(text());
        }
    }

    private String text() {
        return """

            Grantkeeper is ready. Open this link to connect an app; it works once, within ten minutes:

              %1$s

            Then fetch the token of what was connected last, as an agent does, in another terminal:

              gk() {
                T=$(date +%%s) N=$(openssl rand -hex 16)
                P="(\\"@method\\" \\"@authority\\" \\"@path\\" \\"@query\\");created=$T;keyid=\\"%6$s\\";nonce=\\"$N\\";tag=\\"grantkeeper-v1\\""
                S=$(printf '"@method": GET\\n"@authority": %%s\\n"@path": %%s\\n"@query": ?%%s\\n"@signature-params": %%s' \\
                    %2$s "$1" "$2" "$P" |
                  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(cat '%3$s')" -binary | openssl base64 -A)
                curl -s -H "Signature-Input: sig1=$P" -H "Signature: sig1=:$S:" "%4$s$1${2:+?$2}"; echo
              }
              ID=$(gk /api/apps '%5$s' | sed -n 's/.*"id":"\\([^"]*\\)".*/\\1/p')
              gk "/api/apps/$ID/token"
            """.formatted(
                        signIn.link().url().reveal(),
                        publicUrl.authority(),
                        home.orElseThrow().resolve("owner.key"),
                        publicUrl,
                        LaunchMode.current() == LaunchMode.DEVELOPMENT ? "provider=demo" : "",
                        LocalOwner.NAME);
    }
}
