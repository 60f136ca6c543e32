/**
 * The command line: a client of the HTTP API.
 *
 * <p>It shares no code with the server, so that what it can do any client can do.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.cli;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
