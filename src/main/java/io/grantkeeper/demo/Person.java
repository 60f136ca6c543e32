package io.grantkeeper.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.oauth2.sdk.Scope;
import java.net.URLEncoder;
import java.text.Normalizer;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whoever signs in at the demo provider. A name is an account: the same name is the same person again. */
record Person(String name) {

    static final Person DEFAULT = new Person("Ada Lovelace");

    /** The person of this name; the default one where none was typed. */
    static Person named(@Nullable String typed) {
        return typed == null || typed.isBlank() ? DEFAULT : new Person(typed.strip());
    }

    /** {@code ada-lovelace}; where the name has no letter or digit of ASCII, some other id that is always the same. */
    String subject() {
        String words = Normalizer.normalize(name, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return words.isEmpty() ? UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString() : words;
    }

    String email() {
        return subject().replace('-', '.') + "@demo.example";
    }

    /** The form of mock-oauth2-server's own sign-in page; its claims get into every token of the grant. */
    String signIn(Scope granted) {
        ObjectNode claims = JsonNodeFactory.instance.objectNode().put("scope", granted.toString());
        if (granted.contains("profile")) {
            claims.put("name", name);
        }
        if (granted.contains("email")) {
            claims.put("email", email()).put("email_verified", true);
        }
        return "username=" + encode(subject()) + "&claims=" + encode(claims.toString());
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, UTF_8);
    }
}
