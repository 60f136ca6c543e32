package io.grantkeeper.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;

/** A published JSON Schema, and what it says against a file. Nothing is fetched: the schemas stand on their own. */
final class EntrySchema {

    static final EntrySchema PROVIDER_ENTRY = new EntrySchema("schema/provider-entry.schema.json");
    static final EntrySchema PLUGIN_MANIFEST = new EntrySchema("schema/plugin-manifest.schema.json");

    private final Schema schema;

    private EntrySchema(String resource) {
        schema = SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12,
                        registry -> registry.schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .locale(Locale.ROOT)
                                .errorMessageKeyword("errorMessage")
                                .build()))
                .getSchema(Resources.text(resource));
    }

    List<Fault> faults(EntryFile file, JsonNode tree) {
        return schema.validate(tree).stream()
                .map(error -> file.fault(place(error), reason(error)))
                .toList();
    }

    /** An unknown key has a line of its own; whatever else is wrong stands where the value begins. */
    private static JsonNode place(Error error) {
        JsonNode node = error.getInstanceNode();
        return node.has(error.getProperty()) ? node.get(error.getProperty()) : node;
    }

    private static String reason(Error error) {
        String where = error.getInstanceLocation().toString();
        return where.isEmpty() ? sentence(error) : where.substring(1) + " " + sentence(error);
    }

    private static String sentence(Error error) {
        return switch (error.getKeyword()) {
            case "required" -> "lacks the key " + error.getProperty();
            case "additionalProperties" -> "has the unknown key " + error.getProperty();
            default -> error.getMessage();
        };
    }
}
