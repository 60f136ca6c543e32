package io.grantkeeper.authorization;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.grantkeeper.secret.Secret;
import jakarta.ws.rs.core.MultivaluedMap;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * All that a provider sent a browser back with, the standard's parameters and its own. What stands there twice, or is too
 * long for anything that is wanted of it, is not taken. It holds the code.
 */
record CallbackParameters(SortedMap<String, String> values) {

    private static final int LONGEST = 4 * 1024;
    private static final String ALGORITHM = "HmacSHA256";
    private static final ObjectMapper JSON = new ObjectMapper();

    static final CallbackParameters NONE = new CallbackParameters(new TreeMap<>());

    static CallbackParameters of(MultivaluedMap<String, String> parameters) {
        SortedMap<String, String> values = new TreeMap<>();
        parameters.forEach((name, each) -> {
            if (each.size() == 1 && each.getFirst().length() <= LONGEST) {
                values.put(name, each.getFirst());
            }
        });
        return new CallbackParameters(values);
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /** As an object, whose members that are JSON themselves can be looked into. */
    JsonNode told() {
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        values.forEach((name, value) -> told.set(name, node(value)));
        return told;
    }

    private static JsonNode node(String value) {
        if (!value.startsWith("{")) {
            return TextNode.valueOf(value);
        }
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException text) {
            return TextNode.valueOf(value);
        }
    }

    /** Whether one parameter is the HMAC-SHA256, in hex digits, of all the others in the order of their names. */
    boolean isSigned(String by, Secret key) {
        String message = values.entrySet().stream()
                .filter(each -> !each.getKey().equals(by))
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("&"));
        byte[] given = find(by).orElse("").toLowerCase(Locale.ROOT).getBytes(UTF_8);
        return MessageDigest.isEqual(
                given, HexFormat.of().formatHex(hmac(message, key)).getBytes(UTF_8));
    }

    private static byte[] hmac(String message, Secret key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.reveal().getBytes(UTF_8), ALGORITHM));
            return mac.doFinal(message.getBytes(UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return "CallbackParameters[***]";
    }
}
