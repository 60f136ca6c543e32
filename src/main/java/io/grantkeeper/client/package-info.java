/**
 * Our registrations at providers besides the operator's present ones: those that accounts bring for themselves, and those
 * that older grants were given to.
 *
 * <p>It never calls a provider, and tells nobody a secret.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.client;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
