package io.grantkeeper.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PkceTest {

    /** RFC 7636, appendix B. */
    private static final byte[] OCTETS =
            HexFormat.of().parseHex("7418dfb49799e0254ffa607dd8adbbba16d4254d69d6bff05b58055853848d79");

    private static final Secret VERIFIER = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    @Test
    void theVerifierOfTheStandardIsMade() {
        assertThat(Pkce.codeVerifier(count -> OCTETS)).isEqualTo(VERIFIER);
    }

    @Test
    void theChallengeOfTheStandardIsMade() {
        assertThat(Pkce.codeChallenge(VERIFIER)).isEqualTo(CHALLENGE);
        assertThat(Pkce.METHOD).isEqualTo("S256");
    }

    @Test
    void aVerifierHas43CharactersThatTheStandardAllows() {
        // Given
        SecureRandom random = new SecureRandom();

        // When
        Stream<Secret> verifiers = Stream.generate(() -> Pkce.codeVerifier(count -> {
                    byte[] bytes = new byte[count];
                    random.nextBytes(bytes);
                    return bytes;
                }))
                .limit(100);

        // Then
        assertThat(verifiers.map(Secret::reveal))
                .allSatisfy(verifier -> assertThat(verifier).matches("[A-Za-z0-9_-]{43}"))
                .doesNotHaveDuplicates();
    }
}
