package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.serialization.node.LocationJsonNodeFactoryFactory;
import com.networknt.schema.utils.JsonNodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * The text of an entry, and the tree that it holds, whose nodes remember their lines. A bean of this type is taken as an
 * operator's own entry, so that a part of the program can bring a provider with it.
 */
public record EntryFile(String name, String text) {

    private static final ObjectReader YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .reader();
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .reader();

    boolean isJson() {
        return name.endsWith(".json");
    }

    /** @throws EntryRefused when it is no YAML, or no JSON where the name says so, or holds more than one document */
    JsonNode tree() {
        ObjectReader reader = isJson() ? JSON : YAML;
        JsonFactory factory = reader.getFactory();
        try (JsonParser parser = factory.createParser(text)) {
            var nodes = LocationJsonNodeFactoryFactory.getInstance().getJsonNodeFactory(parser);
            JsonNode tree = reader.with(nodes).readTree(parser);
            if (tree == null || tree.isMissingNode()) {
                throw refused(1, "is empty");
            }
            if (parser.nextToken() != null) {
                throw refused(line(parser.currentTokenLocation()), "holds more than one document");
            }
            return tree;
        } catch (JsonProcessingException unreadable) {
            throw unreadable(unreadable);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    Fault fault(JsonNode where, String reason) {
        return new Fault(name, line(where), reason);
    }

    /** The line in which a node of the tree begins. */
    static int line(JsonNode node) {
        return line(JsonNodes.tokenStreamLocationOf(node));
    }

    /** Not the parser's message, which quotes the text around the place. */
    private EntryRefused unreadable(JsonProcessingException cause) {
        if (cause.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            return refused(yaml.getProblemMark().getLine() + 1, "is not YAML: " + unquoted(yaml.getProblem()));
        }
        return refused(line(cause.getLocation()), "cannot be read, or a key stands here twice");
    }

    /** A tag's handle is the one thing of the text that a problem repeats; of all else it names a character at most. */
    private static String unquoted(String problem) {
        return problem.replaceFirst("(?s)tag handle .*", "tag handle");
    }

    private EntryRefused refused(int line, String reason) {
        return new EntryRefused(List.of(new Fault(name, line, reason)));
    }

    private static int line(@Nullable JsonLocation location) {
        return location == null ? 1 : Math.max(1, location.getLineNr());
    }
}
