/**
 * The answer to users and agents who ask what can be connected.
 *
 * <p>It does not say how: no OAuth endpoint and no secret is in it.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.registry;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
