package io.grantkeeper.caller;

import org.jspecify.annotations.Nullable;

/** Who is calling, after that was proven. */
public sealed interface Caller permits User, Agent, LocalOwner {

    /**
     * The account that this call is about.
     *
     * @param asked the {@code accountId} that the request names, if any
     * @throws io.grantkeeper.problem.Problem {@code not_found} when it is not the caller's, exactly as one that does not
     *     exist; {@code invalid_request} when none was asked for and the caller has several
     */
    AccountId account(@Nullable String asked);
}
