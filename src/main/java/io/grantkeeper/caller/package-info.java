/**
 * Who is calling, how that was proven, what it may see.
 *
 * <p>It does not know connections or tokens.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.caller;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
