/** What the service is compared with. It is in no package that is delivered. */
@NullMarked
@CheckReturnValue
package io.grantkeeper.bench;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
