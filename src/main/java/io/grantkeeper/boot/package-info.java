/**
 * The start: settings, embedded PostgreSQL, start-up checks, clock, randomness, shutdown; the only place that subscribes.
 *
 * <p>It holds no feature.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.boot;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
