/**
 * This process among its equals: its name, the sign that it lives, what replicas tell each other, and whether their database
 * is still the one that they wrote to.
 *
 * <p>It does not know what connections are, only their ids.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.replica;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
