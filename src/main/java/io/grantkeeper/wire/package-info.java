/**
 * How requests are read, strictly, and how lists are answered.
 *
 * <p>It does not know what they are about.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.wire;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
