package io.grantkeeper.caller;

import io.grantkeeper.problem.Problem;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Reads the value of a header field once, from left to right: what does not stand where it should is refused. */
final class FieldReader {

    private final String value;
    private final Supplier<Problem> refusal;
    private int position;

    FieldReader(String value, Supplier<Problem> refusal) {
        this.value = value;
        this.refusal = refusal;
    }

    /** This text, and no other. */
    void literal(String expected) {
        if (!skip(expected)) {
            throw refusal.get();
        }
    }

    /** Whether this text stands here; it is read if it does. */
    boolean skip(String optional) {
        boolean here = value.startsWith(optional, position);
        position += here ? optional.length() : 0;
        return here;
    }

    /** All characters of a kind that stand here: one at least, and at most so many. */
    String some(IntPredicate kind, int most) {
        int begin = position;
        while (position < value.length() && kind.test(value.charAt(position))) {
            position++;
        }
        if (position == begin || position - begin > most) {
            throw refusal.get();
        }
        return from(begin);
    }

    int position() {
        return position;
    }

    /** What was read since then. */
    String from(int begin) {
        return value.substring(begin, position);
    }

    void end() {
        if (position < value.length()) {
            throw refusal.get();
        }
    }
}
