package io.grantkeeper.rehearsal;

/** One thing that was tried with an entry. */
record Step(String name, Result result) {

    boolean is(Class<? extends Result> kind) {
        return kind.isInstance(result);
    }
}
