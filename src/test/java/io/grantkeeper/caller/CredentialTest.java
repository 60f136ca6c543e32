package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.problem.ProblemCode.MULTIPLE_CREDENTIALS;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {

    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

    @Test
    void aRequestMayCarryNone() {
        assertThat(credential()).isEqualTo(new Credential.None());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c"})
    void aBearerTokenIsOne(String authorization) {
        headers.add("Authorization", authorization);

        assertThat(credential()).isEqualTo(new Credential.BearerToken(Secret.of("a.b.c")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer a,Bearer b", "a.b.c"})
    void A1_anotherAuthorizationHeaderIsWrong(String authorization) {
        headers.add("Authorization", authorization);

        assertRefused(UNAUTHENTICATED, this::credential);
    }

    @Test
    void A50_twoAuthorizationHeadersAreTooMany() {
        headers.add("Authorization", "Bearer a").add("Authorization", "Bearer a");

        assertRefused(MULTIPLE_CREDENTIALS, this::credential);
    }

    @Test
    void A50_aSignatureBesideATokenIsTooMuch() {
        headers.addAll(Signer.hmac("agent-1", "00".repeat(32))
                .headers("GET", "keeper.example", "/api/apps", Instant.EPOCH, "n", new byte[0]));
        headers.add("Authorization", "Bearer a");

        assertRefused(MULTIPLE_CREDENTIALS, this::credential);
    }

    @Test
    void A50_halfASignatureBesideATokenIsTooMuch() {
        headers.add("Authorization", "Bearer a").add("Signature", "sig1=:AAAA:");

        assertRefused(MULTIPLE_CREDENTIALS, this::credential);
    }

    @Test
    void aCookieIsACredentialWhereNoHeaderIs() {
        headers.add("Cookie", "a=b; __session=a.b.c; grantkeeper_sessions=x");

        assertThat(credential()).isEqualTo(new Credential.UserCookie(Secret.of("a.b.c")));
    }

    @Test
    void aHeaderOutweighsACookie() {
        headers.add("Cookie", "__session=a.b.c").add("Authorization", "Bearer d");

        assertThat(credential()).isEqualTo(new Credential.BearerToken(Secret.of("d")));
    }

    @Test
    void theOwnersSessionOutweighsAUsers() {
        headers.add("Cookie", "__session=a.b.c; grantkeeper_session=1.x");

        assertThat(credential()).isEqualTo(new Credential.OwnerCookie(Secret.of("1.x")));
    }

    @Test
    void A50_oneCookieTwiceIsTooMuch() {
        headers.add("Cookie", "__session=a.b.c; __session=d.e.f");

        assertRefused(MULTIPLE_CREDENTIALS, this::credential);
    }

    @Test
    void cookiesThatNobodyUsesHereAreIgnored() {
        headers.add("Cookie", "__session=a.b.c; grantkeeper_session=1.x");

        assertThat(Credential.of(
                        Signer.head("GET", "keeper.example", "/", headers), Optional.empty(), Optional.empty()))
                .isEqualTo(new Credential.None());
    }

    private Credential credential() {
        return Credential.of(
                Signer.head("GET", "keeper.example", "/", headers),
                Optional.of("__session"),
                Optional.of("grantkeeper_session"));
    }
}
