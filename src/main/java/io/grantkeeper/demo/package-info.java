/**
 * A provider to try Grantkeeper with: a real authorization server inside the process, in dev mode only.
 *
 * <p>It is not part of the packaged service.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.demo;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
