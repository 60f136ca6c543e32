/**
 * Values that must not be seen: {@link io.grantkeeper.secret.Secret} in memory, sealed bytes at rest, the key ring that seals them.
 *
 * <p>It does not know what it seals.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.secret;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
