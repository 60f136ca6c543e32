package io.grantkeeper.refresh;

import io.grantkeeper.oauth.Outcome;
import io.smallrye.mutiny.Uni;

/** A refresh that lacks nothing but the provider: whom to ask is known, and the seals have opened. */
@FunctionalInterface
interface Question {

    /** One call of the provider. What comes back is an outcome; it is not asked twice. */
    Uni<Outcome> ask();
}
