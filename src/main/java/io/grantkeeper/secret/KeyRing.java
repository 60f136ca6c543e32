package io.grantkeeper.secret;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The sealing keys by their ids, one of them the primary, with which everything new is sealed.
 *
 * <p>Its file is JSON: {@code {"primary": "k2", "keys": {"k1": "<base64, 32 bytes>", "k2": "…"}}}.
 */
public final class KeyRing {

    private static final int KEY_BYTES = 32;
    private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9._-]{1,32}");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String primary;
    private final Map<String, SecretKey> keys;

    private KeyRing(String primary, Map<String, SecretKey> keys) {
        this.primary = primary;
        this.keys = Map.copyOf(keys);
    }

    /**
     * Reads the file's form.
     *
     * @throws KeyRingException when it is no JSON of that shape, a key is not 32 bytes, or the primary is missing; the
     *     message never holds key material
     */
    public static KeyRing parse(String json) {
        File file = read(json);
        if (file == null
                || file.primary() == null
                || file.keys() == null
                || file.keys().isEmpty()) {
            throw new KeyRingException("the key ring must have \"primary\" and \"keys\"");
        }
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        file.keys().forEach((id, encoded) -> keys.put(id, key(id, encoded)));
        if (!keys.containsKey(file.primary())) {
            throw new KeyRingException("the key ring's primary key is not among its keys");
        }
        return new KeyRing(file.primary(), keys);
    }

    /** The file's form of a ring with one fresh key. */
    public static String generate(Randomness randomness) {
        String key = Base64.getEncoder().encodeToString(randomness.bytes(KEY_BYTES));
        return "{\"primary\": \"k1\", \"keys\": {\"k1\": \"" + key + "\"}}\n";
    }

    /** The id of the key that seals. */
    public String primary() {
        return primary;
    }

    public Set<String> ids() {
        return keys.keySet();
    }

    /**
     * Compares a ring with the one that is to follow it.
     *
     * @throws KeyRingException when an id stands for another key there: what is sealed under it would not open any more
     */
    public void requireSameKeysIn(KeyRing next) {
        keys.forEach((id, key) -> {
            if (next.key(id).filter(other -> !other.equals(key)).isPresent()) {
                throw new KeyRingException("key \"" + id + "\" of the key ring is another one than before");
            }
        });
    }

    Optional<SecretKey> key(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    private static @Nullable File read(String json) {
        try {
            return JSON.readValue(json, File.class);
        } catch (JsonProcessingException broken) {
            // Without its cause: a parser's message quotes what it could not read.
            throw new KeyRingException("the key ring is not JSON of the form {\"primary\": …, \"keys\": {…}}");
        }
    }

    private static SecretKey key(String id, String encoded) {
        if (!KEY_ID.matcher(id).matches()) {
            throw new KeyRingException("a key id in the key ring is not 1 to 32 letters, digits, '.', '_' or '-'");
        }
        byte[] bytes = decode(id, encoded);
        if (bytes.length != KEY_BYTES) {
            throw new KeyRingException("key \"" + id + "\" of the key ring has " + bytes.length + " bytes, not 32");
        }
        return new SecretKeySpec(bytes, "AES");
    }

    private static byte[] decode(String id, @Nullable String encoded) {
        try {
            return Base64.getDecoder().decode(encoded == null ? "" : encoded);
        } catch (IllegalArgumentException broken) {
            throw new KeyRingException("key \"" + id + "\" of the key ring is not base64");
        }
    }

    private record File(
            @JsonProperty("primary") @Nullable String primary,
            @JsonProperty("keys") @Nullable Map<String, String> keys) {}
}
