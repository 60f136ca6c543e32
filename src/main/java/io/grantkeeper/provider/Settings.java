package io.grantkeeper.provider;

import java.util.Locale;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.Config;

/** How the settings of one provider are called. */
final class Settings {
    private Settings() {}

    static String name(String providerId, String setting) {
        return "grantkeeper." + providerId + "." + setting;
    }

    /** What an operator sets for a field of an entry. */
    static String field(String providerId, String field) {
        return name(providerId, field.replace('_', '-'));
    }

    /** Whether the operator lets the provider of an id live on http, loopback or private addresses. */
    static Predicate<String> privateAllowed(Config config) {
        return id -> config.getOptionalValue(name(id, "allow-private"), Boolean.class)
                .orElse(false);
    }

    /** The environment variable of a setting, by the rule of MicroProfile Config: what an operator would write. */
    static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
