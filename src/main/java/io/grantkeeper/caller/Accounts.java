package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.NOT_FOUND;

import io.grantkeeper.problem.Problem;
import org.jspecify.annotations.Nullable;

/** Accounts asked for by name. */
final class Accounts {

    private Accounts() {}

    /** The caller's only account, whether or not it was asked for by name. */
    static AccountId only(AccountId account, @Nullable String asked) {
        if (asked != null && !asked.equals(account.value())) {
            throw notFound();
        }
        return account;
    }

    static Problem notFound() {
        return Problem.of(NOT_FOUND, "There is no such account.");
    }
}
