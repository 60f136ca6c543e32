package io.grantkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.grantkeeper.testing.Home;
import io.grantkeeper.testing.PackagedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the service says of its API is what is committed, and it says it where the API is. */
class OpenApiIT {

    @Test
    void theCommittedDocumentIsTheOneThatIsServed() throws IOException {
        // Given
        YAMLMapper yaml = new YAMLMapper();
        JsonNode committed = yaml.readTree(Files.readString(Path.of("openapi.yaml")));

        try (PackagedService service =
                PackagedService.embedded("openapi", Home.fresh("openapi")).start()) {
            // When
            JsonNode served = yaml.readTree(service.nobody().get("/q/openapi").body());

            // Then
            assertThat(served)
                    .as("where the API was meant to change: curl -o openapi.yaml http://127.0.0.1:8080/q/openapi")
                    .isEqualTo(committed);
        }
    }
}
