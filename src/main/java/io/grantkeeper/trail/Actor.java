package io.grantkeeper.trail;

import java.util.Locale;

/**
 * Who did something.
 *
 * @param id the user's subject, the agent's id; empty for the service itself
 */
public record Actor(Kind kind, String id) {

    /** The service itself, on nobody's behalf. */
    public static final Actor SERVICE = new Actor(Kind.SERVICE, "");

    public enum Kind {
        USER,
        AGENT,
        SERVICE;

        /** The form that stands in JSON and in the database. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Actor user(String subject) {
        return new Actor(Kind.USER, subject);
    }

    public static Actor agent(String id) {
        return new Actor(Kind.AGENT, id);
    }
}
