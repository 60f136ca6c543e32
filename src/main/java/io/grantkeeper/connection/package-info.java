/**
 * A user's connection: its states, its sealed tokens, its storage.
 *
 * <p>It never calls a provider, but to revoke what it removes.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.connection;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
