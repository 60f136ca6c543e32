package io.grantkeeper.refresh;

import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import io.grantkeeper.testing.ScriptedProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refresh token is for the endpoint that gave it, whoever edits an entry later. */
class MovedEndpointIT {

    private static final String USER = "mover";

    /** Folders are read again every few seconds. */
    private static final Duration READ_AGAIN = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    @Test
    void A101_aRefreshTokenIsNotSentWhereAnEditedEntryWantsIt() throws IOException {
        // Given
        OperatorsService operators = OperatorsService.get();
        try (ScriptedProvider rightful = ScriptedProvider.telling("moving");
                ScriptedProvider other = ScriptedProvider.telling("moving")) {
            write(rightful.entry());
            rightful.lifetime(Duration.ofSeconds(1));
            try (PackagedService service = operators
                    .setup("moving")
                    .set("GRANTKEEPER_PROVIDERS_DIR", folder)
                    .setAll(rightful.settings())
                    .start()) {
                Api user = service.bearer(operators.mock().userToken(USER, Map.of()));
                String token = token(user, rightful);
                Answer registered = user.post("/api/agents", "{\"name\": \"mover's\", \"mode\": \"token\"}");
                Api agent = service.agent(registered.text("id"), registered.text("secret"));
                assertThat(agent.get(token + "?minValidity=0").status()).isEqualTo(200);

                // When
                write(rightful.entry().replace(rightful.url() + "/token", other.url() + "/token"));
                await().atMost(READ_AGAIN)
                        .until(() -> agent.get(token + "?minValidity=3600").status() == 503);
                int asked = rightful.refreshes().size();
                Answer refused = agent.get(token);

                // Then
                assertProblem(refused, 503, "refresh_unavailable", "contact_operator");
                assertThat(other.exchanges()).isEmpty();
                assertThat(other.refreshes()).isEmpty();
                assertThat(rightful.refreshes()).hasSize(asked);
                assertThat(user.get(token.replace("/token", "")).text("status")).isEqualTo("active");

                // When
                write(rightful.entry());

                // Then
                await().atMost(READ_AGAIN).until(() -> agent.get(token).status() == 200);
            }
        }
    }

    private String token(Api user, ScriptedProvider provider) {
        Answer imported = user.post(
                "/api/apps",
                "{\"provider\": \"%s\", \"refreshToken\": \"%s\"}"
                        .formatted(provider.id(), provider.refreshTokenOf(USER)));
        assertThat(imported.status()).isEqualTo(201);
        return "/api/apps/" + imported.text("id") + "/token";
    }

    /** At once, or half of it might be read. */
    private void write(String entry) throws IOException {
        Path next = Files.writeString(folder.resolve("moving.next"), entry);
        Files.move(next, folder.resolve("moving.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }
}
