package io.grantkeeper.provider;

import java.util.Optional;

/**
 * How a provider's callback departs from RFC 6749 §4.1.2.
 *
 * @param code what it calls the code, if not {@code code}
 * @param hmac which parameter holds the HMAC-SHA256 of the others with our client's secret, where one does
 */
public record CallbackForm(Optional<String> code, Optional<String> hmac) {}
