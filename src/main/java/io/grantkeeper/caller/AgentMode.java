package io.grantkeeper.caller;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** What an agent may do with its account's connections. */
public enum AgentMode {
    /** It may read access tokens. */
    TOKEN,
    /** It may only call through the proxy and never sees a token. */
    PROXY;

    /** @throws IllegalArgumentException when no mode is called so */
    @JsonCreator
    static AgentMode of(String wireName) {
        return Arrays.stream(values())
                .filter(mode -> mode.wireName().equals(wireName))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("a mode is token or proxy"));
    }

    /** The form that stands in JSON and in the database. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
