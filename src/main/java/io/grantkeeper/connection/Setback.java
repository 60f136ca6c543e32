package io.grantkeeper.connection;

import java.util.Locale;

/** How a refresh failed that says nothing of the grant's life. Stored, so that replicas share it. */
public enum Setback {
    /** The provider was not to be had; it may work later. */
    TRANSIENT,
    /** Nobody knows whether the provider honoured the refresh token: its answer did not arrive. */
    UNCERTAIN,
    /** The provider refused in a way that nobody here knows. */
    SUSPECT,
    /** The provider does not take our client as it is configured. */
    MISCONFIGURED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The setback of a stored wire name; an unknown one, written by a newer version, reads as one that passes. */
    static Setback of(String wireName) {
        for (Setback setback : values()) {
            if (setback.wireName().equals(wireName)) {
                return setback;
            }
        }
        return TRANSIENT;
    }
}
