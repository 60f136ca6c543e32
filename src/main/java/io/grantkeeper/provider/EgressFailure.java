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
    private final boolean forbidden;

    EgressFailure(Kind kind, String reason) {
        this(kind, reason, false);
    }

    private EgressFailure(Kind kind, String reason, boolean forbidden) {
        super(reason, null, false, false);
        this.kind = kind;
        this.forbidden = forbidden;
    }

    /** One that no later try mends: the address is not one to call. */
    static EgressFailure forbidden(String reason) {
        return new EgressFailure(Kind.NOT_SENT, reason, true);
    }

    public Kind kind() {
        return kind;
    }

    boolean isForbidden() {
        return forbidden;
    }
}
