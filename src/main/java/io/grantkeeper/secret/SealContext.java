package io.grantkeeper.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where a sealed value belongs; it opens there and nowhere else.
 *
 * <p>The places are bound into the seal as additional data (NIST SP 800-38D): a ciphertext that was moved to another
 * row, column, account or provider, or whose token endpoint was edited, fails to open.
 */
public record SealContext(List<String> places) {

    public SealContext {
        places = List.copyOf(places);
    }

    public static SealContext of(String... places) {
        return new SealContext(List.of(places));
    }

    /** Each place behind its length, so that no two contexts have the same bytes. */
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String place : places) {
            byte[] utf8 = place.getBytes(UTF_8);
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
            out.writeBytes(utf8);
        }
        return out.toByteArray();
    }
}
