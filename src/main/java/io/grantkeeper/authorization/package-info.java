/**
 * The way from "connect me" to a stored connection: attempt, state, redirect, callback, exchange.
 *
 * <p>It does not refresh.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.authorization;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
