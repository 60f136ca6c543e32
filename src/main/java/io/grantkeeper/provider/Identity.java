package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Optional;

/**
 * Where the userinfo answer tells who the user is; JSON pointers (RFC 6901).
 *
 * @param subject what never changes and is never given to somebody else
 * @param accountId the provider's own word for the account, where it is not the subject
 */
public record Identity(
        JsonPointer subject, Optional<JsonPointer> name, Optional<JsonPointer> email, Optional<JsonPointer> accountId) {

    /** The claims of OpenID Connect Core §5.1. */
    public static final Identity OPENID_CONNECT = new Identity(
            JsonPointer.compile("/sub"),
            Optional.of(JsonPointer.compile("/name")),
            Optional.of(JsonPointer.compile("/email")),
            Optional.empty());

    /** Whether the subject is that of OpenID Connect, which the ID token has too. */
    public boolean isOpenIdSubject() {
        return subject.equals(OPENID_CONNECT.subject);
    }
}
