package io.grantkeeper.provider;

import io.grantkeeper.secret.Secret;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands for the words in braces in an entry's parameters and headers. Which words may stand where is said by the
 * schema of entries.
 */
final class Placeholders {

    private static final Pattern WORD = Pattern.compile("\\{([a-z_]+)}");

    private final Map<String, Supplier<String>> values;

    private Placeholders(Map<String, Supplier<String>> values) {
        this.values = values;
    }

    /** Of a request as our client at this provider. */
    static Placeholders of(Counterparty counterparty, Collection<String> scopes) {
        ClientRegistration client = counterparty.client();
        return new Placeholders(Map.of(
                "client_id", client::id,
                "client_secret", () -> client.secret().map(Secret::reveal).orElse(""),
                "redirect_uri", () -> counterparty.redirectUri().get().toString(),
                "scopes", () -> String.join(counterparty.provider().scopes().separator(), scopes)));
    }

    /** The same, and one word more. */
    Placeholders and(String word, Supplier<String> value) {
        Map<String, Supplier<String>> more = new HashMap<>(values);
        more.put(word, value);
        return new Placeholders(more);
    }

    Map<String, String> fill(Map<String, String> texts) {
        Map<String, String> filled = new LinkedHashMap<>();
        texts.forEach((name, text) -> filled.put(name, fill(text)));
        return filled;
    }

    private String fill(String text) {
        return WORD.matcher(text).replaceAll(word -> Matcher.quoteReplacement(value(word.group(1), word.group())));
    }

    private String value(String word, String otherwise) {
        return values.getOrDefault(word, () -> otherwise).get();
    }
}
