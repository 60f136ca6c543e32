/**
 * What was done with whose connections: the entries of the audit trail, and how they are kept.
 *
 * <p>It does not know what they are about; a token is in none of them.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.trail;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
