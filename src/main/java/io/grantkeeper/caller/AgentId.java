package io.grantkeeper.caller;

/** An agent, and the {@code keyid} of its signatures. */
public record AgentId(String value) {

    /** What a signature may name; nothing longer is looked up. */
    static final int MAX_LENGTH = 64;

    public AgentId {
        if (value.isBlank() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("an agent id has 1 to " + MAX_LENGTH + " characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
