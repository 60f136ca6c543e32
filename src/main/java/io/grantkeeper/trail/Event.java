package io.grantkeeper.trail;

import java.util.Arrays;
import java.util.Optional;

/** What can be done. Names are stable; new ones may come. */
public enum Event {
    /** A user connected an app, or connected it once more. */
    CONNECTION_CONNECTED("connection.connected"),
    /** A user brought a refresh token, or had our client act for itself. */
    CONNECTION_IMPORTED("connection.imported"),
    /** A user changed which agents may use a connection. */
    CONNECTION_ACCESS_CHANGED("connection.access_changed"),
    /** A user removed a connection. */
    CONNECTION_REMOVED("connection.removed"),
    /** The provider ended a grant; the code says how. */
    CONNECTION_ENDED("connection.ended"),
    /** A user did not consent. */
    AUTHORIZATION_DENIED("authorization.denied"),
    /** A flow came back wrong; the code says how. */
    AUTHORIZATION_FAILED("authorization.failed"),
    /** An agent was answered an access token. */
    TOKEN_FETCHED("token.fetched"),
    /** An agent was not; the code says why. */
    TOKEN_REFUSED("token.refused"),
    AGENT_REGISTERED("agent.registered"),
    AGENT_SECRET_ROTATED("agent.secret_rotated"),
    AGENT_REMOVED("agent.removed"),
    /** A user brought a client of the account's own, or another one. */
    CLIENT_BROUGHT("client.brought"),
    /** A user had the account use the operator's client again. */
    CLIENT_PUT_AWAY("client.put_away");

    private final String wireName;

    Event(String wireName) {
        this.wireName = wireName;
    }

    /** The form that stands in JSON and in the database. */
    public String wireName() {
        return wireName;
    }

    public static Optional<Event> of(String wireName) {
        return Arrays.stream(values())
                .filter(event -> event.wireName.equals(wireName))
                .findAny();
    }
}
