package io.grantkeeper.authorization;

import io.grantkeeper.caller.User;
import io.grantkeeper.secret.Secret;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a browser came back with (RFC 6749 §4.1.2, RFC 9207 §2).
 *
 * @param parameters all of it, the provider's own too
 * @param path the provider whose own callback path it came to; empty on the common one
 * @param user who is signed in to us in this browser, if anybody
 * @param cookie finds a cookie of the browser by name
 */
record Returned(
        Secret state,
        Optional<Secret> code,
        Optional<String> error,
        Optional<String> issuer,
        CallbackParameters parameters,
        Optional<String> path,
        Optional<User> user,
        Function<String, Optional<String>> cookie) {}
