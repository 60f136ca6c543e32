package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What the file of a built-in provider says, as a person reads it: without the code under test, which would else be
 * compared with itself.
 */
record EntryText(JsonNode tree) {

    private static final Path FOLDER = Path.of("src/main/resources/providers");
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final List<String> ADDRESSES =
            List.of("/issuer", "/authorization_url", "/token_url", "/refresh_url", "/userinfo/url", "/revocation/url");

    /** Every file of the folder, by the order of their names. */
    static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> !file.endsWith("index")).sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static EntryText read(Path file) {
        try {
            return of(Files.readString(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static EntryText of(String yaml) {
        try {
            return new EntryText(YAML.readTree(yaml));
        } catch (JsonProcessingException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The same without a key. */
    EntryText without(String pointer) {
        JsonPointer place = JsonPointer.compile(pointer);
        ObjectNode rest = tree.deepCopy();
        ((ObjectNode) rest.at(place.head())).remove(place.last().getMatchingProperty());
        return new EntryText(rest);
    }

    /** The same provider, all of whose hosts have become paths of this origin. */
    EntryText movedTo(String origin) {
        ObjectNode moved = tree.deepCopy();
        for (String address : ADDRESSES) {
            text(address).ifPresent(url -> {
                JsonPointer place = JsonPointer.compile(address);
                ((ObjectNode) moved.at(place.head())).put(place.last().getMatchingProperty(), moved(url, origin));
            });
        }
        if (moved.has("api_base_urls")) {
            ArrayNode bases = moved.putArray("api_base_urls");
            list("/api_base_urls").forEach(url -> bases.add(moved(url, origin)));
        }
        return new EntryText(moved);
    }

    private String moved(String url, String origin) {
        return origin + "/" + id() + "/" + url.substring("https://".length());
    }

    String id() {
        return tree.path("id").asText();
    }

    boolean has(String pointer) {
        return !tree.at(pointer).isMissingNode();
    }

    Optional<String> text(String pointer) {
        return Optional.of(tree.at(pointer)).filter(TextNode.class::isInstance).map(JsonNode::textValue);
    }

    String text(String pointer, String otherwise) {
        return text(pointer).orElse(otherwise);
    }

    boolean flag(String pointer, boolean otherwise) {
        return tree.at(pointer).asBoolean(otherwise);
    }

    Optional<Integer> number(String pointer) {
        return Optional.of(tree.at(pointer)).filter(JsonNode::isInt).map(JsonNode::intValue);
    }

    List<String> list(String pointer) {
        return nodes(pointer).stream().map(JsonNode::asText).toList();
    }

    List<JsonNode> nodes(String pointer) {
        return StreamSupport.stream(tree.at(pointer).spliterator(), false).toList();
    }

    Map<String, String> map(String pointer) {
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
