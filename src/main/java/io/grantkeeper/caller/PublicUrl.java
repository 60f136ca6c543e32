package io.grantkeeper.caller;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What browsers and providers see of this service: an origin, {@code scheme://host[:port]}. */
@RegisterForReflection // The configuration finds of(String) that way.
public record PublicUrl(URI origin) {

    /** The setting that holds it. */
    public static final String SETTING = "grantkeeper.public-url";

    /** What it is where nothing is set: RFC 8252 wants the address, not {@code localhost}. */
    public static final String DEFAULT = "http://127.0.0.1:8080";

    private static final Pattern ORIGIN = Pattern.compile("(https?)://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?/?");

    /** Reads the setting. */
    public static PublicUrl of(String setting) {
        Matcher origin = ORIGIN.matcher(setting.toLowerCase(Locale.ROOT));
        if (!origin.matches()) {
            throw new IllegalArgumentException(SETTING + " is not of the form https://host[:port]");
        }
        boolean https = origin.group(1).equals("https");
        String port = origin.group(3) == null || origin.group(3).equals(https ? ":443" : ":80") ? "" : origin.group(3);
        return new PublicUrl(URI.create(origin.group(1) + "://" + origin.group(2) + port));
    }

    /** The host, with its port where that is not the scheme's own. */
    public String authority() {
        return origin.getRawAuthority();
    }

    public boolean isHttps() {
        return origin.getScheme().equals("https");
    }

    /** The whole of it with a path, query and fragment behind. */
    public URI resolve(String pathAndMore) {
        return origin.resolve(pathAndMore);
    }

    @Override
    public String toString() {
        return origin.toString();
    }
}
