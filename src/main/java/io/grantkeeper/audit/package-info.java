/**
 * The audit trail of an account, as the API tells it.
 *
 * <p>It does not write it.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.audit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
