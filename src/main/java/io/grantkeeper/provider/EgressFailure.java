package io.grantkeeper.provider;

/** A provider did not answer. What matters is whether it may have acted on the request. */
public final class EgressFailure extends RuntimeException {

    /** Whether the request can have had an effect. */
    public enum Kind {
        /** It was never sent: no name, no connection, no TLS, no permission. */
        NOT_SENT,
        /** It was sent, and the answer did not arrive whole. */
        ANSWER_LOST
    }

    private final Kind kind;

    EgressFailure(Kind kind, String reason) {
        super(reason, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
