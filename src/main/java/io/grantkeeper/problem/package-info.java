/**
 * What a failure looks like to a caller.
 *
 * <p>It decides nothing: whoever finds a failure says who must act.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.problem;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
