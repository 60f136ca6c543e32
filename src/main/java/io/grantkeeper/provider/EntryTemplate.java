package io.grantkeeper.provider;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An entry, in whose texts words in braces stand for what is another for each connection or for each operator.
 *
 * @param tree the entry as it was written
 * @param connectionFields the words that each connection has values for
 * @param clientFields the words that the operator has values for
 * @param operators those values, as far as they are set
 */
public record EntryTemplate(
        JsonNode tree, List<Field> connectionFields, List<Field> clientFields, Map<String, String> operators) {

    /** Where an entry has an address, but for those of its API. */
    static final List<String> ADDRESSES = List.of(
            "/issuer",
            "/authorization_url",
            "/token_url",
            "/refresh_url",
            "/userinfo/url",
            "/revocation/url",
            "/accounts/url",
            "/refresh/upgrade/url",
            "/refresh/renews_itself/url");

    private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#]*", Pattern.CASE_INSENSITIVE);
    private static final Pattern WORD = Pattern.compile("\\{([a-z][a-z0-9_]{0,31})}");

    public EntryTemplate {
        connectionFields = List.copyOf(connectionFields);
        clientFields = List.copyOf(clientFields);
        operators = Map.copyOf(operators);
    }

    static EntryTemplate of(JsonNode tree) {
        return new EntryTemplate(
                tree, fields(tree.path("connection_fields")), fields(tree.path("client_fields")), Map.of());
    }

    /** Whether it says the same of every connection. */
    boolean isPlain() {
        return connectionFields.isEmpty() && clientFields.isEmpty();
    }

    /** The same with what an operator has set, told by the name of a field; what does not fit counts as not set. */
    EntryTemplate operated(Function<String, Optional<String>> settings) {
        Map<String, String> set = new HashMap<>();
        clientFields.forEach(field -> settings.apply(field.name())
                .flatMap(field::read)
                .or(field::fallback)
                .ifPresent(value -> set.put(field.name(), value)));
        return new EntryTemplate(tree, connectionFields, clientFields, set);
    }

    /** What the operator has yet to set. */
    Stream<Field> unset() {
        return clientFields.stream().filter(field -> !operators.containsKey(field.name()));
    }

    Optional<Field> connectionField(String name) {
        return connectionFields.stream()
                .filter(field -> field.name().equals(name))
                .findFirst();
    }

    /** Whether the text of a key is another for each connection. */
    boolean isVaried(String pointer) {
        return isVariedBy(tree.at(pointer), field -> true);
    }

    /** Whether the host of an address is what the operator sets. */
    boolean isHostedBySetting(String pointer) {
        List<String> words = words(tree.at(pointer).asText()).toList();
        return clientFields.stream().anyMatch(field -> field.kind() == Field.Kind.HOST && words.contains(field.name()));
    }

    /** Whether the text of a key waits for something that the operator has not set. */
    boolean isUnset(String pointer) {
        List<String> words = words(tree.at(pointer).asText()).toList();
        return unset().anyMatch(field -> words.contains(field.name()));
    }

    /** Whether some address of the provider is not known without this field. */
    boolean isNeeded(Field field) {
        return Stream.concat(ADDRESSES.stream().map(tree::at), elements("/api_base_urls"))
                .anyMatch(address -> isVariedBy(address, field::equals));
    }

    private boolean isVariedBy(JsonNode text, Predicate<Field> which) {
        return words(text.asText())
                .flatMap(word -> connectionField(word).stream())
                .anyMatch(which);
    }

    private Stream<JsonNode> elements(String pointer) {
        return StreamSupport.stream(tree.at(pointer).spliterator(), false);
    }

    /**
     * The entry for a connection with these values. What cannot be said yet, since a value is missing, is left out.
     *
     * @throws EgressFailure when a value is not one that the entry lets it have
     */
    JsonNode filled(ConnectionFields values) {
        return isPlain() ? tree : filled(tree, known(values));
    }

    /** One text of it for such a connection; empty while a value is missing. */
    Optional<String> text(String pointer, ConnectionFields values) {
        return Optional.ofNullable(tree.at(pointer).textValue()).flatMap(text -> filled(text, known(values)));
    }

    /** The origin of the token endpoint as it was written. */
    String rawOrigin() {
        return originOf(tree.path("token_url").asText(tree.path("issuer").asText()));
    }

    /** Scheme, host and port of an address as they were written, with what is in braces. */
    static String originOf(String url) {
        return ORIGIN.matcher(url).results().findFirst().map(MatchResult::group).orElse(url);
    }

    /** What its fields are in a text, such as {@code shop=books tenant=common}. */
    String valuesIn(String pointer, ConnectionFields values) {
        Map<String, String> known = known(values);
        return words(tree.at(pointer).asText())
                .filter(known::containsKey)
                .sorted()
                .distinct()
                .map(word -> word + "=" + known.get(word))
                .collect(joining(" "));
    }

    /** The texts of a list of it for such a connection, but for those of which a value is missing. */
    List<String> texts(String pointer, ConnectionFields values) {
        Map<String, String> known = known(values);
        return elements(pointer)
                .flatMap(text -> filled(text.asText(), known).stream())
                .toList();
    }

    /** A text in which every field has its example's value. */
    String exemplified(String text) {
        return WORD.matcher(text)
                .replaceAll(word -> Matcher.quoteReplacement(
                        field(word.group(1)).map(Field::example).orElse(word.group())));
    }

    /** Scheme, host and port of an address in which every field has its example's value. */
    Optional<String> origin(String url) {
        return EndpointUrls.origin(exemplified(url));
    }

    /** The words in braces of a text. */
    static Stream<String> words(String text) {
        return WORD.matcher(text).results().map(word -> word.group(1));
    }

    boolean isField(String word) {
        return field(word).isPresent();
    }

    /** The field of a word, whoever has values for it. */
    Optional<Field> field(String word) {
        return Stream.concat(connectionFields.stream(), clientFields.stream())
                .filter(field -> field.name().equals(word))
                .findFirst();
    }

    private Map<String, String> known(ConnectionFields values) {
        Map<String, String> known = new HashMap<>(operators);
        connectionFields.forEach(field -> values.find(field.name())
                .or(field::fallback)
                .ifPresent(value -> known.put(field.name(), fit(field, value))));
        return known;
    }

    private static String fit(Field field, String value) {
        if (!field.fits(value)) {
            throw new EgressFailure(
                    EgressFailure.Kind.NOT_SENT, "the entry does not let " + field.name() + " be what it is");
        }
        return value;
    }

    private JsonNode filled(JsonNode node, Map<String, String> known) {
        return switch (node) {
            case ObjectNode object -> filled(object, known);
            case ArrayNode array -> filled(array, known);
            default -> node;
        };
    }

    private ObjectNode filled(ObjectNode object, Map<String, String> known) {
        ObjectNode filled = JsonNodeFactory.instance.objectNode();
        object.properties()
                .forEach(each -> kept(each.getValue(), known).ifPresent(value -> filled.set(each.getKey(), value)));
        return filled;
    }

    private ArrayNode filled(ArrayNode array, Map<String, String> known) {
        ArrayNode filled = JsonNodeFactory.instance.arrayNode();
        array.forEach(each -> kept(each, known).ifPresent(filled::add));
        return filled;
    }

    private Optional<JsonNode> kept(JsonNode node, Map<String, String> known) {
        return node.isTextual()
                ? filled(node.textValue(), known).map(TextNode::valueOf)
                : Optional.of(filled(node, known));
    }

    private Optional<String> filled(String text, Map<String, String> known) {
        if (words(text).anyMatch(word -> isField(word) && !known.containsKey(word))) {
            return Optional.empty();
        }
        return Optional.of(WORD.matcher(text)
                .replaceAll(word -> Matcher.quoteReplacement(known.getOrDefault(word.group(1), word.group()))));
    }

    private static List<Field> fields(JsonNode declared) {
        return declared.properties().stream()
                .map(each -> field(each.getKey(), each.getValue()))
                .toList();
    }

    private static Field field(String name, JsonNode rule) {
        return new Field(
                name,
                rule.path("label").asText(),
                rule.path("example").asText(),
                Field.Kind.of(rule.path("kind").asText("value")),
                Optional.ofNullable(rule.path("pattern").textValue()).map(Pattern::compile),
                StreamSupport.stream(rule.path("suffixes").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList(),
                Optional.ofNullable(rule.path("from").textValue()).map(Place::of),
                Optional.ofNullable(rule.path("default").textValue()));
    }

    /** Without what the operator set, which may be a key. */
    @Override
    public String toString() {
        return "EntryTemplate[" + tree.path("id").asText() + "]";
    }
}
