package io.grantkeeper.rehearsal;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.grantkeeper.provider.EntryFile;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * What an entry's file says, as a person reads it: without the code that the service reads entries with, which would else be
 * compared with itself.
 *
 * @param name the file's
 * @param source what stands in the file
 * @param tree the entry in it, which a plugin's manifest spells in its own way
 */
public record EntryText(String name, JsonNode source, JsonNode tree) {

    private static final ObjectMapper YAML = new YAMLMapper();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern WORD = Pattern.compile("[a-z0-9]+");
    private static final Pattern SCHEME = Pattern.compile("^https?://", Pattern.CASE_INSENSITIVE);
    private static final List<String> ADDRESSES = List.of(
            "/issuer",
            "/authorization_url",
            "/token_url",
            "/refresh_url",
            "/userinfo/url",
            "/revocation/url",
            "/accounts/url",
            "/refresh/upgrade/url",
            "/refresh/renews_itself/url",
            "/oauth/authorizationUrl",
            "/oauth/tokenUrl");

    /** @throws UncheckedIOException when it cannot be read */
    public static EntryText of(EntryFile file) {
        ObjectMapper reader = file.name().endsWith(".json") ? JSON : YAML;
        try {
            return of(file.name(), reader.readTree(file.text()));
        } catch (JsonProcessingException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static EntryText of(String yaml) {
        return of(new EntryFile("entry.yaml", yaml));
    }

    private static EntryText of(String name, JsonNode source) {
        return new EntryText(name, source, name.endsWith(".json") ? spelledOut(source) : source);
    }

    private static JsonNode spelledOut(JsonNode manifest) {
        JsonNode plugin = manifest.path("oauth");
        ObjectNode entry = JSON.createObjectNode();
        entry.put("id", words(plugin.path("providerName").asText()));
        entry.set("name", plugin.path("providerName"));
        entry.set("authorization_url", plugin.path("authorizationUrl"));
        entry.set("token_url", plugin.path("tokenUrl"));
        entry.put("client_auth", plugin.has("clientSecretSecret") ? "basic" : "none");
        entry.put("scope_picker", false);
        ObjectNode scopes = entry.putObject("scopes");
        plugin.path("scopes").forEach(scope -> scopes.set(scope.asText(), scope));
        return entry;
    }

    private static String words(String name) {
        return WORD.matcher(name.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .collect(joining("-"));
    }

    /** The file, to be read as the service does. */
    EntryFile file() {
        return new EntryFile(name, source.toString());
    }

    /** The same without a key. */
    EntryText without(String pointer) {
        JsonPointer place = JsonPointer.compile(pointer);
        ObjectNode rest = source.deepCopy();
        ((ObjectNode) rest.at(place.head())).remove(place.last().getMatchingProperty());
        return of(name, rest);
    }

    /** The same provider, all of whose hosts have become paths of this origin. */
    EntryText movedTo(String origin) {
        ObjectNode moved = source.deepCopy();
        for (String address : ADDRESSES) {
            JsonNode url = source.at(address);
            if (url.isTextual()) {
                put(moved, address, moved(url.textValue(), origin));
            }
        }
        if (source.has("api_base_urls")) {
            ArrayNode bases = moved.putArray("api_base_urls");
            list("/api_base_urls").forEach(url -> bases.add(moved(url, origin)));
        }
        return of(name, moved);
    }

    /** What it says of a connection whose fields have the values of their examples. */
    EntryText exemplified() {
        ObjectNode filled = (ObjectNode) filled(source, examples());
        if (source.has("authorization_url")) {
            filled.set("authorization_url", filled(source.path("authorization_url"), beforeConsent()));
        }
        return of(name, filled);
    }

    /** The fields that each connection or each operator has values for: those of the examples. */
    Map<String, String> examples() {
        Map<String, String> examples = new LinkedHashMap<>(examples("/connection_fields"));
        examples.putAll(examples("/client_fields"));
        return examples;
    }

    /** Those of one of both kinds. */
    Map<String, String> examples(String pointer) {
        Map<String, String> examples = new LinkedHashMap<>();
        source.at(pointer)
                .properties()
                .forEach(each -> examples.put(
                        each.getKey(), each.getValue().path("example").asText()));
        return examples;
    }

    /** Those that a person says, of the connection or as the operator. */
    Map<String, String> givenExamples() {
        Map<String, String> given = new LinkedHashMap<>();
        rules().forEach((field, rule) -> {
            if (!rule.has("from")) {
                given.put(field, rule.path("example").asText());
            }
        });
        return given;
    }

    /** Where the provider tells the others, and what it tells there: {@code [source:]/pointer}. */
    Map<String, String> toldFields() {
        Map<String, String> told = new LinkedHashMap<>();
        rules().forEach((field, rule) -> {
            if (rule.has("from")) {
                boolean isHost = rule.path("kind").asText().equals("host");
                told.put(
                        rule.path("from").asText(),
                        (isHost ? "https://" : "") + rule.path("example").asText());
            }
        });
        return told;
    }

    private Map<String, String> beforeConsent() {
        Map<String, String> known = examples();
        rules().forEach((field, rule) -> {
            if (rule.has("from") && rule.has("default")) {
                known.put(field, rule.path("default").asText());
            }
        });
        return known;
    }

    private Map<String, JsonNode> rules() {
        Map<String, JsonNode> rules = new LinkedHashMap<>();
        for (String key : List.of("connection_fields", "client_fields")) {
            source.path(key).properties().forEach(each -> rules.put(each.getKey(), each.getValue()));
        }
        return rules;
    }

    private static JsonNode filled(JsonNode node, Map<String, String> values) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode filled = JSON.createObjectNode();
                object.properties().forEach(each -> filled.set(each.getKey(), filled(each.getValue(), values)));
                yield filled;
            }
            case ArrayNode array -> {
                ArrayNode filled = JSON.createArrayNode();
                array.forEach(each -> filled.add(filled(each, values)));
                yield filled;
            }
            default -> node.isTextual() ? TextNode.valueOf(filled(node.textValue(), values)) : node;
        };
    }

    private static String filled(String text, Map<String, String> values) {
        String filled = text;
        for (Map.Entry<String, String> each : values.entrySet()) {
            filled = filled.replace("{" + each.getKey() + "}", each.getValue());
        }
        return filled;
    }

    private String moved(String url, String origin) {
        String place = SCHEME.matcher(url).replaceFirst("");
        return origin + "/" + id() + "/" + place.replace("[", "%5B").replace("]", "%5D");
    }

    private static void put(ObjectNode tree, String pointer, String value) {
        JsonPointer place = JsonPointer.compile(pointer);
        ((ObjectNode) tree.at(place.head())).put(place.last().getMatchingProperty(), value);
    }

    /** Whether it leaves to its issuer to tell where the provider is asked. */
    boolean leansOnItsIssuer() {
        return has("/issuer") && !(has("/authorization_url") && has("/token_url"));
    }

    /** The same entry with what it leaves to its issuer: addresses below the issuer's own. */
    EntryText completed() {
        if (!leansOnItsIssuer()) {
            return this;
        }
        String issuer = text("/issuer", "").replaceFirst("/$", "");
        ObjectNode complete = tree.deepCopy();
        addUnlessThere(complete, "authorization_url", issuer + "/authorize");
        addUnlessThere(complete, "token_url", issuer + "/token");
        addUnlessThere(complete.withObject("/userinfo"), "url", issuer + "/userinfo");
        addUnlessThere(complete.withObject("/revocation"), "url", issuer + "/revoke");
        if (!complete.has("scopes")) {
            complete.putObject("scopes").put("openid", "Sign in");
            complete.putArray("required_scopes").add("openid");
        }
        return new EntryText(name, source, complete);
    }

    private static void addUnlessThere(ObjectNode tree, String key, String value) {
        if (!tree.has(key)) {
            tree.put(key, value);
        }
    }

    public String id() {
        return tree.path("id").asText();
    }

    public boolean has(String pointer) {
        return !tree.at(pointer).isMissingNode();
    }

    public Optional<String> text(String pointer) {
        return Optional.of(tree.at(pointer)).filter(TextNode.class::isInstance).map(JsonNode::textValue);
    }

    public String text(String pointer, String otherwise) {
        return text(pointer).orElse(otherwise);
    }

    public boolean flag(String pointer, boolean otherwise) {
        return tree.at(pointer).asBoolean(otherwise);
    }

    public Optional<Integer> number(String pointer) {
        return Optional.of(tree.at(pointer)).filter(JsonNode::isInt).map(JsonNode::intValue);
    }

    public List<String> list(String pointer) {
        return nodes(pointer).stream().map(JsonNode::asText).toList();
    }

    public List<JsonNode> nodes(String pointer) {
        return StreamSupport.stream(tree.at(pointer).spliterator(), false).toList();
    }

    public Map<String, String> map(String pointer) {
        Map<String, String> map = new LinkedHashMap<>();
        tree.at(pointer)
                .properties()
                .forEach(each -> map.put(each.getKey(), each.getValue().asText()));
        return map;
    }

    @Override
    public String toString() {
        return id();
    }
}
