package io.grantkeeper.problem;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a caller is told of, in words fit for anyone: no token, no provider's text, no stack.
 *
 * <p>It carries no stack trace, for it is an answer and not a bug.
 */
public final class Problem extends RuntimeException {

    private final ProblemCode code;
    private final Action action;
    private final transient Map<String, Object> fields;
    private final @Nullable Duration retryAfter;
    private final boolean inTurn;

    private Problem(
            ProblemCode code,
            Action action,
            String description,
            Map<String, Object> fields,
            @Nullable Duration retryAfter,
            boolean inTurn) {
        super(description, null, false, false);
        this.code = code;
        this.action = action;
        this.fields = fields;
        this.retryAfter = retryAfter;
        this.inTurn = inTurn;
    }

    /** A problem whose description is one sentence for a person. */
    public static Problem of(ProblemCode code, String description) {
        return new Problem(code, code.action(), description, Map.of(), null, false);
    }

    /** The same problem, with somebody else to act. */
    public Problem action(Action who) {
        return new Problem(code, who, description(), fields, retryAfter, inTurn);
    }

    /** The same problem with one more field in its body. */
    public Problem with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(field, value);
        return new Problem(code, action, description(), Collections.unmodifiableMap(more), retryAfter, inTurn);
    }

    /** The same problem with a {@code Retry-After} header: many may be told the same, and are told a little more each. */
    public Problem retryAfter(Duration wait) {
        return new Problem(code, action, description(), fields, wait, false);
    }

    /** As {@link #retryAfter(Duration)}, for a time that is this caller's alone and told as it is. */
    public Problem turnIn(Duration wait) {
        return new Problem(code, action, description(), fields, wait, true);
    }

    public ProblemCode code() {
        return code;
    }

    public Action action() {
        return action;
    }

    /** One sentence for a person. */
    public String description() {
        return String.valueOf(getMessage());
    }

    /** What the body says besides the four fields that every error has. */
    public Map<String, Object> fields() {
        return fields;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether nobody else is told to come again at the same time. */
    boolean isInTurn() {
        return inTurn;
    }
}
