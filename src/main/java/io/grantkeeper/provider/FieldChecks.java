package io.grantkeeper.provider;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * What a schema cannot say about an entry's fields, and about the words in braces of its texts: what a user or a provider
 * puts in for them must not choose where codes, tokens and our client's secret go.
 */
final class FieldChecks {

    /** Before any answer came, a field that is told later has no value. */
    private static final List<String> BEFORE_ANSWERS = List.of("/issuer", "/authorization_url", "/token_url");

    /** What stands for something of the request wherever the word may stand, and settings that have nothing to do with fields. */
    private static final Set<String> TAKEN = Set.of(
            "client_id",
            "client_secret",
            "redirect_uri",
            "scopes",
            "token",
            "state",
            "code",
            "access_token",
            "refresh_token",
            "allow_private");

    /** The words of requests, by where they may stand. */
    private static final Map<String, Set<String>> REQUEST_WORDS = Map.ofEntries(
            entry("/authorization_params", Set.of("client_id", "redirect_uri", "scopes")),
            entry("/token_params", Set.of("client_id", "client_secret", "redirect_uri", "scopes", "state")),
            entry("/refresh_params", Set.of("client_id", "client_secret", "redirect_uri", "scopes")),
            entry("/refresh/upgrade/params", Set.of("client_id", "client_secret", "redirect_uri", "access_token")),
            entry(
                    "/refresh/renews_itself/params",
                    Set.of("client_id", "client_secret", "access_token", "refresh_token")),
            entry("/revocation/params", Set.of("token", "client_id", "client_secret")),
            entry("/client_secret_jwt", Set.of()),
            entry("/headers/token", Set.of("client_id")),
            entry("/headers/api", Set.of("client_id")),
            entry("/userinfo/headers", Set.of("client_id")),
            entry("/accounts/headers", Set.of("client_id")));

    /** What remains of a host's name behind its last field: two labels at least, of which the field cannot be a part. */
    private static final Pattern OWN_DOMAIN =
            Pattern.compile("[a-z0-9-]*\\.(?:[a-z0-9-]+\\.)*[a-z0-9-]+\\.[a-z0-9-]+", Pattern.CASE_INSENSITIVE);

    private static final Pattern HOST = Pattern.compile("https?://([^/?#]*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern LAST_FIELD = Pattern.compile(".*\\{[a-z][a-z0-9_]*}");

    private final EntryFile file;
    private final JsonNode entry;
    private final EntryTemplate template;
    private final List<Fault> faults = new ArrayList<>();

    private FieldChecks(EntryFile file, JsonNode entry) {
        this.file = file;
        this.entry = entry;
        this.template = template(entry);
    }

    /** What is wrong with it besides. */
    static List<Fault> faults(EntryFile file, JsonNode entry) {
        FieldChecks checks = new FieldChecks(file, entry);
        checks.rules("connection_fields");
        checks.rules("client_fields");
        EntryTemplate.ADDRESSES.forEach(pointer -> checks.address(pointer, entry.at(pointer)));
        entry.path("api_base_urls").forEach(url -> checks.address("/api_base_urls", url));
        BEFORE_ANSWERS.forEach(checks::askedBefore);
        REQUEST_WORDS.forEach(checks::words);
        checks.accounts();
        checks.subject();
        return checks.faults;
    }

    /** The template of an entry that may be full of faults: with those of its fields that can be read. */
    static EntryTemplate template(JsonNode entry) {
        if (!entry.isObject()) {
            return EntryTemplate.of(entry);
        }
        ObjectNode readable = ((ObjectNode) entry).deepCopy();
        Stream.of("connection_fields", "client_fields").forEach(key -> {
            if (readable.path(key) instanceof ObjectNode rules) {
                rules.properties().removeIf(rule -> !isReadable(rule.getValue()));
            }
        });
        return EntryTemplate.of(readable);
    }

    private static boolean isReadable(JsonNode rule) {
        return Set.of("value", "host", "text").contains(rule.path("kind").asText("value"))
                && (rule.path("pattern").isMissingNode()
                        || isPattern(rule.path("pattern").asText()))
                && (rule.path("from").isMissingNode()
                        || isPlace(rule.path("from").asText()))
                && (rule.path("suffixes").isMissingNode() || rule.path("suffixes") instanceof ArrayNode);
    }

    private static boolean isPlace(String text) {
        return text.startsWith("/") || Place.isOne(text);
    }

    private static boolean isPattern(String text) {
        try {
            return !Pattern.compile(text).pattern().isEmpty();
        } catch (PatternSyntaxException none) {
            return false;
        }
    }

    private void rules(String key) {
        entry.path(key).properties().forEach(rule -> rule(key, rule.getKey(), rule.getValue()));
    }

    private void rule(String key, String name, JsonNode rule) {
        String where = key + "/" + name;
        if (TAKEN.contains(name)) {
            fault(rule, where + " is a word that stands for something else");
        }
        if (key.equals("client_fields") && entry.path("connection_fields").has(name)) {
            fault(rule, where + " is among connection_fields too");
        }
        JsonNode pattern = rule.path("pattern");
        if (pattern.isTextual() && !isPattern(pattern.textValue())) {
            fault(pattern, where + "/pattern is no regular expression");
        }
        kind(key, where, rule);
        values(where, name, rule);
    }

    private void kind(String key, String where, JsonNode rule) {
        String kind = rule.path("kind").asText("value");
        if (kind.equals("value") && !rule.has("pattern")) {
            fault(rule, where + " needs a pattern that its values match");
        }
        if (kind.equals("host") && key.equals("connection_fields") && !rule.has("suffixes")) {
            fault(rule, where + " needs suffixes: our client's secret must not go to a host of anybody's choosing");
        }
        if (!kind.equals("host") && rule.has("suffixes")) {
            fault(rule.path("suffixes"), where + "/suffixes are for the kind host");
        }
    }

    private void values(String where, String name, JsonNode rule) {
        template.field(name)
                .ifPresent(field -> Stream.of("example", "default")
                        .filter(value -> rule.path(value).isTextual()
                                && !field.fits(rule.path(value).textValue()))
                        .forEach(value -> fault(rule.path(value), where + "/" + value + " does not fit")));
    }

    /** A field stands before a domain of the vendor's own, or is a whole host that is checked for whose it is. */
    private void address(String pointer, JsonNode url) {
        String text = url.asText();
        String key = pointer.substring(1);
        if (!EntryTemplate.words(text).allMatch(word -> isKnownIn(pointer, word))) {
            fault(url, key + " has a word in braces that is no field");
            return;
        }
        if (fields(text).anyMatch(field -> field.kind() == Field.Kind.TEXT)) {
            fault(url, key + " has a field in it whose kind is for no URL");
        }
        if (host(text).filter(host -> !isOwn(host)).isPresent()) {
            fault(url, key + " must have a host of the vendor's behind its last field, or a field of the kind host");
        }
    }

    private Stream<Field> fields(String text) {
        return EntryTemplate.words(text).flatMap(word -> template.field(word).stream());
    }

    private boolean isKnownIn(String pointer, String word) {
        return template.isField(word) || (pointer.equals("/revocation/url") && word.equals("client_id"));
    }

    private Optional<String> host(String url) {
        return HOST.matcher(url)
                .results()
                .findFirst()
                .map(found -> found.group(1))
                .filter(host -> host.contains("{"));
    }

    private boolean isOwn(String host) {
        boolean whole = fields(host)
                .anyMatch(field -> field.kind() == Field.Kind.HOST && host.equals("{" + field.name() + "}"));
        boolean parts = fields(host).allMatch(field -> field.kind() == Field.Kind.VALUE)
                && OWN_DOMAIN.matcher(LAST_FIELD.matcher(host).replaceFirst("")).matches();
        return whole || parts;
    }

    private void askedBefore(String pointer) {
        JsonNode text = entry.at(pointer);
        if (fields(text.asText()).anyMatch(field -> !field.isAsked() && !mayBeThere(field))) {
            fault(text, pointer.substring(1) + " has a field in it that is told only later");
        }
    }

    /** The callback comes before the exchange, but after the authorization request, which has the default. */
    private static boolean mayBeThere(Field field) {
        return field.fallback().isPresent()
                && field.from()
                        .filter(place -> place.isIn(Place.Source.CALLBACK))
                        .isPresent();
    }

    private void words(String pointer, Set<String> words) {
        entry.at(pointer).properties().stream()
                .filter(text -> !EntryTemplate.words(text.getValue().asText())
                        .allMatch(word -> words.contains(word) || template.isField(word)))
                .forEach(text -> fault(
                        text.getValue(),
                        pointer.substring(1) + "/" + text.getKey()
                                + " has a word in braces that stands for nothing there"));
    }

    private void accounts() {
        Set<String> asked = new HashSet<>();
        template.connectionFields().stream()
                .flatMap(field -> field.from().stream())
                .filter(place -> place.isIn(Place.Source.ACCOUNTS))
                .forEach(place -> asked.add("connection_fields"));
        entry.path("identity").forEach(place -> {
            if (place.asText().startsWith("accounts:")) {
                asked.add("identity");
            }
        });
        if (entry.has("accounts") && asked.isEmpty()) {
            fault(entry.path("accounts"), "accounts is asked for nothing: no field and no identity is from there");
        }
        if (!entry.has("accounts") && !asked.isEmpty()) {
            fault(entry, "a field or an identity is from accounts, of which nothing is said");
        }
    }

    /** Whoever has the browser can change what is not signed, and must not become somebody else by it. */
    private void subject() {
        JsonNode subject = entry.at("/identity/subject");
        boolean byCallback = subject.asText().startsWith("callback:")
                || (subject.asText().startsWith("field:/")
                        && template.field(subject.asText().substring("field:/".length()))
                                .flatMap(Field::from)
                                .filter(place -> place.isIn(Place.Source.CALLBACK))
                                .isPresent());
        if (byCallback && entry.at("/callback/hmac").isMissingNode()) {
            fault(subject, "identity/subject is told by a callback that nobody has signed");
        }
    }

    private void fault(JsonNode where, String reason) {
        faults.add(file.fault(where, reason));
    }
}
