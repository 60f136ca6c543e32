package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Digests;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a signed request says that its body hashes to: one SHA-256 (RFC 9530), and no other digest beside it.
 *
 * <p>Whoever streams a body hashes it with {@link #sha256()} and asks {@link #matches(MessageDigest)} before it lets the
 * last of it go.
 */
public record ContentDigest(byte[] expected) {

    /** 43 digits and their padding are 32 bytes, whatever the digits. */
    private static final Pattern ONE_SHA_256 = Pattern.compile("sha-256=:([A-Za-z0-9+/]{43}=):");

    /** @throws Problem {@code unauthenticated} when the header is missing, repeated, weak or malformed */
    static ContentDigest of(List<String> headers) {
        Matcher digest = ONE_SHA_256.matcher(headers.size() == 1 ? headers.getFirst() : "");
        if (!digest.matches()) {
            throw wrong();
        }
        return new ContentDigest(Base64.getDecoder().decode(digest.group(1)));
    }

    /** A fresh hash, to be fed with the body. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    public boolean matches(byte[] body) {
        return MessageDigest.isEqual(expected, Digests.sha256(body));
    }

    /** Whether the body that was fed to this hash is the one that was signed; resets the hash. */
    public boolean matches(MessageDigest fed) {
        return MessageDigest.isEqual(expected, fed.digest());
    }

    /** What to answer where a body is not the one that was signed. */
    public static Problem wrong() {
        return Problem.of(
                UNAUTHENTICATED, "The body is not the one that was signed: cover one sha-256 Content-Digest.");
    }
}
