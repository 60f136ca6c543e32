package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonPointer;
import io.grantkeeper.provider.Place.Source;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a provider tells who its user is.
 *
 * @param subject what never changes and is never given to somebody else
 * @param accountId the provider's own word for the account, where it is not the subject
 */
public record Identity(Place subject, Optional<Place> name, Optional<Place> email, Optional<Place> accountId) {

    private static final JsonPointer SUB = JsonPointer.compile("/sub");

    /** The claims of OpenID Connect Core §5.1. */
    public static final Identity OPENID_CONNECT = new Identity(
            Place.userinfo(SUB),
            Optional.of(Place.userinfo(JsonPointer.compile("/name"))),
            Optional.of(Place.userinfo(JsonPointer.compile("/email"))),
            Optional.empty());

    /** Whether the subject is that of OpenID Connect, which the ID token has too. */
    public boolean isOpenIdSubject() {
        return subject.pointer().equals(SUB) && (subject.isIn(Source.USERINFO) || subject.isIn(Source.ID_TOKEN));
    }

    /** Wherever it is told. */
    Stream<Place> places() {
        return Stream.of(Optional.of(subject), name, email, accountId).flatMap(Optional::stream);
    }
}
