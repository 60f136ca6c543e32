package io.grantkeeper.chaos;

import io.grantkeeper.testing.Certificates;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.Relay;
import io.grantkeeper.testing.Rotation;
import io.grantkeeper.testing.ScriptedProvider;
import java.util.List;

/** Providers with a network in between, a name or a certificate. Who cannot be reached still writes down who came. */
final class Abroad {

    private static final String LOOPBACK = "127.0.0.1";
    private static final String OURS = "ip:" + LOOPBACK;

    private final Certificates certificates = Certificates.below(PackagedService.logs());
    private final ScriptedProvider distant = provider("distant");
    private final Relay way = Relay.to(LOOPBACK, distant.port());
    private final ScriptedProvider nameless = provider("nameless").reachedAt("https://nowhere.invalid");
    private final ScriptedProvider proven = provider("proven");
    private final ScriptedProvider untrusted = provider("untrusted");
    private final ScriptedProvider misnamed = provider("misnamed");
    private final ScriptedProvider silent = provider("silent");
    private final Relay silence = Relay.to(LOOPBACK, silent.port());
    private final String javaOptions;

    Abroad() {
        distant.reachedAt("http://" + LOOPBACK + ":" + way.port());
        silent.reachedAt("https://" + LOOPBACK + ":" + silence.port());
        front(proven, Relay.tls(certificates.trusted("proven", OURS), LOOPBACK, proven.port()));
        front(untrusted, Relay.tls(certificates.untrusted("untrusted", OURS), LOOPBACK, untrusted.port()));
        front(
                misnamed,
                Relay.tls(certificates.trusted("misnamed", "dns:elsewhere.example"), LOOPBACK, misnamed.port()));
        javaOptions = certificates.javaOptions();
        silence.stall();
    }

    private static ScriptedProvider provider(String id) {
        return ScriptedProvider.telling(id, Rotation.strict());
    }

    private static void front(ScriptedProvider provider, Relay tls) {
        provider.reachedAt("https://" + LOOPBACK + ":" + tls.port());
    }

    List<ScriptedProvider> providers() {
        return List.of(distant, nameless, proven, untrusted, misnamed, silent);
    }

    /** What a service needs to trust whom it should. */
    String javaOptions() {
        return javaOptions;
    }

    void mend() {
        providers().forEach(ScriptedProvider::reset);
        way.pass();
    }

    /** On the other side of {@link #way}. */
    ScriptedProvider distant() {
        return distant;
    }

    /** The network to {@link #distant}, and to nobody else. */
    Relay way() {
        return way;
    }

    /** Its name is nobody's. */
    ScriptedProvider nameless() {
        return nameless;
    }

    /** Its certificate is right. */
    ScriptedProvider proven() {
        return proven;
    }

    /** It signed its certificate itself. */
    ScriptedProvider untrusted() {
        return untrusted;
    }

    /** Its certificate is a trusted one, of another host. */
    ScriptedProvider misnamed() {
        return misnamed;
    }

    /** Takes connections, and no word is said. */
    ScriptedProvider silent() {
        return silent;
    }
}
