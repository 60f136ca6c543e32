package io.grantkeeper.provider;

import java.util.Locale;

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

    /** The environment variable of a setting, by the rule of MicroProfile Config: what an operator would write. */
    static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
