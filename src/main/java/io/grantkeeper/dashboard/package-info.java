/**
 * The page: what can be connected, what is connected.
 *
 * <p>It holds no logic of its own: it is a client of the HTTP API.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.dashboard;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
