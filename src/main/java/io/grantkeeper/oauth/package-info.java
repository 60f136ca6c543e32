/**
 * The words and wire forms of OAuth 2.0: authorization request, token request and response, error codes, PKCE, scope.
 *
 * <p>It speaks to nobody: no HTTP, no storage, no CDI.
 */
@NullMarked
@CheckReturnValue
package io.grantkeeper.oauth;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
