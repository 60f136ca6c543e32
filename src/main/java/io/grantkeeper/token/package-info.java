/**
 * A fresh access token on demand: one flight a connection, the refresh, the endpoint that answers.
 *
 * <p>It does not create connections.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.token;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
