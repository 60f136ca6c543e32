package io.grantkeeper.rehearsal;

/** Something is not as the entry has it. What is told of it holds no real credential: there is none in a rehearsal. */
final class Unlike extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String what;
    private final String expected;
    private final String got;

    Unlike(String what, Object expected, Object got) {
        super(what + " has to be " + expected + " and was " + got, null, false, false);
        this.what = what;
        this.expected = expected.toString();
        this.got = got.toString();
    }

    static void require(String what, Object expected, Object got) {
        if (!expected.equals(got)) {
            throw new Unlike(what, expected, got);
        }
    }

    Result.Failed result() {
        return new Result.Failed(what, expected, got);
    }
}
