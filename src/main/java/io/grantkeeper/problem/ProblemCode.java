package io.grantkeeper.problem;

import static io.grantkeeper.problem.Action.CONTACT_OPERATOR;
import static io.grantkeeper.problem.Action.FIX_REQUEST;
import static io.grantkeeper.problem.Action.REAUTHORIZE;
import static io.grantkeeper.problem.Action.WAIT;

import java.util.Locale;

/** The stable codes that callers may rely on, each with its HTTP status and who must act. */
public enum ProblemCode {
    INVALID_REQUEST(400, FIX_REQUEST),
    INVALID_SCOPE(400, FIX_REQUEST),
    INVALID_PATH(400, FIX_REQUEST),
    ENDPOINT_NOT_ALLOWED(400, FIX_REQUEST),
    MULTIPLE_CREDENTIALS(400, FIX_REQUEST),
    MULTIPLE_SIGNATURES(400, FIX_REQUEST),
    STATE_MISMATCH(400, FIX_REQUEST),
    ALREADY_USED(400, FIX_REQUEST),
    UNAUTHENTICATED(401, FIX_REQUEST),
    CLOCK_SKEW(401, FIX_REQUEST),
    REPLAYED(401, FIX_REQUEST),
    FORBIDDEN(403, FIX_REQUEST),
    PROXY_ONLY(403, FIX_REQUEST),
    ENDPOINT_DENIED(403, FIX_REQUEST),
    INSUFFICIENT_SCOPE(403, REAUTHORIZE),
    NOT_FOUND(404, FIX_REQUEST),
    UNKNOWN_PROVIDER(404, FIX_REQUEST),
    METHOD_NOT_ALLOWED(405, FIX_REQUEST),
    NOT_ACCEPTABLE(406, FIX_REQUEST),
    REQUEST_TIMEOUT(408, FIX_REQUEST),
    PROVIDER_NOT_CONFIGURED(409, CONTACT_OPERATOR),
    AMBIGUOUS(409, FIX_REQUEST),
    DUPLICATE(409, FIX_REQUEST),
    DIFFERENT_ACCOUNT(409, FIX_REQUEST),
    CONNECTION_ERROR(410, REAUTHORIZE),
    CONTENT_TOO_LARGE(413, FIX_REQUEST),
    UNSUPPORTED_MEDIA_TYPE(415, FIX_REQUEST),
    EXPECTATION_FAILED(417, FIX_REQUEST),
    IMPORT_REJECTED(422, FIX_REQUEST),
    RATE_LIMITED(429, WAIT),
    SERVER_ERROR(500, CONTACT_OPERATOR),
    REFRESH_UNAVAILABLE(503, WAIT),
    UNAVAILABLE(503, WAIT);

    private final int status;
    private final Action action;

    ProblemCode(int status, Action action) {
        this.status = status;
        this.action = action;
    }

    /** The HTTP status of an answer with this code. */
    public int status() {
        return status;
    }

    /** Who must act, unless the failure at hand knows better. */
    public Action action() {
        return action;
    }

    /** The form that stands in an error body. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
