/**
 * What {@code providers check} does: tries an operator's entries before a service takes them.
 *
 * <p>It needs no service, no database and no client of anybody's, and calls nobody but imitations on loopback unless it is
 * told to read what an issuer publishes.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.rehearsal;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
