package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntrySchemaTest {

    @ParameterizedTest
    @ValueSource(strings = {"provider-entry", "plugin-manifest"})
    void aSchemaIsWhatJsonSchemaSaysASchemaIs(String name) {
        // Given
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

        // When
        var errors = registry.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                .validate(read(name));

        // Then
        assertThat(errors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"provider-entry", "plugin-manifest"})
    void everyKeyIsDescribed(String name) {
        // When
        List<String> keys = new ArrayList<>();
        collectUndescribed(read(name), keys);

        // Then
        assertThat(keys).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public",
                "database",
                "home",
                "keyring",
                "users",
                "clusters",
                "authorities",
                "dashboard",
                "providers"
            })
    void aWordOfTheSettingsIsNoProvider(String word) {
        // Given
        EntryFile file = new EntryFile("x.yaml", "id: " + word + "\nname: X\nissuer: https://x.example");

        // Then
        assertThat(EntrySchema.PROVIDER_ENTRY.faults(file, file.tree()))
                .extracting(Fault::reason)
                .containsExactly("id is a word of the settings, which no provider may have as its id");
    }

    /** Conditions ({@code if}) repeat keys that are described elsewhere and are not looked into. */
    private static void collectUndescribed(JsonNode schema, List<String> keys) {
        schema.path("properties").properties().forEach(key -> {
            if (!key.getValue().has("description")) {
                keys.add(key.getKey());
            }
            collectUndescribed(key.getValue(), keys);
        });
    }

    private static JsonNode read(String name) {
        try {
            return new ObjectMapper().readTree(Resources.text("schema/" + name + ".schema.json"));
        } catch (JsonProcessingException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
