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

    /**
     * The id that a request names.
     *
     * @throws io.grantkeeper.problem.Problem not found when no agent is called so
     */
    public static AgentId parse(String text) {
        if (text.isBlank() || text.length() > MAX_LENGTH || text.indexOf('\0') >= 0) {
            throw AgentRows.notFound();
        }
        return new AgentId(text);
    }

    @Override
    public String toString() {
        return value;
    }
}
