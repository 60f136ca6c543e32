package io.grantkeeper.authorization;

import io.grantkeeper.caller.PublicUrl;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The pages that may learn how a flow ended, and that a browser may be sent to afterwards. */
@ApplicationScoped
class ReturnTargets {

    private final List<String> origins;

    ReturnTargets(
            @ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl,
            @ConfigProperty(name = "grantkeeper.dashboard.origins") Optional<List<String>> dashboard) {
        List<String> all = new ArrayList<>(dashboard.orElse(List.of()));
        all.add(publicUrl.toString());
        this.origins = all.stream().distinct().toList();
    }

    /** Our own origin and the dashboard's, as browsers write them. */
    List<String> origins() {
        return origins;
    }

    /**
     * Reads an address that is on one of these origins.
     *
     * @throws Problem {@code invalid_request} for any other, however it is dressed up (RFC 9700 §4.11.1)
     */
    URI require(String address) {
        try {
            URI uri = new URI(address);
            boolean absolute = uri.getScheme() != null && uri.getRawAuthority() != null && uri.getRawUserInfo() == null;
            if (absolute && origins.contains(uri.getScheme() + "://" + uri.getRawAuthority())) {
                return uri;
            }
        } catch (URISyntaxException noAddress) {
            // Told below, like any other that is not allowed.
        }
        throw Problem.of(ProblemCode.INVALID_REQUEST, "The parameter returnTo is not on an origin that is allowed.");
    }
}
