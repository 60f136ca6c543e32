/**
 * New tokens for old: one refresh of a connection at a time, on every replica together, and none of its results lost.
 *
 * <p>It does not know who asks, nor answer anybody.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.refresh;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
