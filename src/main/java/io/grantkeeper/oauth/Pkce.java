package io.grantkeeper.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grantkeeper.secret.Digests;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.Secret;
import java.util.Base64;

/** Proof Key for Code Exchange (RFC 7636), always with the method S256. */
public final class Pkce {

    /** The only method used; {@code plain} protects nobody who can read the authorization request. */
    public static final String METHOD = "S256";

    /** 32 bytes are the 43 characters that RFC 7636 §4.1 recommends. */
    private static final int VERIFIER_BYTES = 32;

    private Pkce() {}

    /** A fresh code verifier (RFC 7636 §4.1). */
    public static Secret codeVerifier(Randomness randomness) {
        return Secret.of(randomness.base64Url(VERIFIER_BYTES));
    }

    /** The code challenge of a verifier: {@code BASE64URL(SHA256(ASCII(verifier)))} (RFC 7636 §4.2). */
    public static String codeChallenge(Secret codeVerifier) {
        byte[] digest = Digests.sha256(codeVerifier.reveal().getBytes(US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }
}
