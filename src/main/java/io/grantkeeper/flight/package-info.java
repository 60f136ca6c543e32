/**
 * One attempt shared by all who want the same thing at the same time.
 *
 * <p>It keeps no result.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.flight;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
