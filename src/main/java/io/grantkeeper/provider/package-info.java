/**
 * Which providers exist, how each deviates from the standards, the client of their endpoints.
 *
 * <p>It stores no grant.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.provider;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
