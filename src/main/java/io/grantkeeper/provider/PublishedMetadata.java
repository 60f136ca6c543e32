package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Metadata as it stands at the provider, asked for each time. */
@Singleton
final class PublishedMetadata implements Metadata {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Map<String, String> HEADERS =
            Map.of("Accept", "application/json", "User-Agent", "Grantkeeper");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Egress egress;

    PublishedMetadata(Egress egress) {
        this.egress = egress;
    }

    @Override
    public Uni<JsonNode> fetch(URI document, boolean privateAllowed) {
        return ask(document, privateAllowed).map(PublishedMetadata::json);
    }

    /** Whatever is answered. Fails with {@link EgressFailure} alone. */
    Uni<Answer> ask(URI document, boolean privateAllowed) {
        return egress.send(new Outbound(HttpMethod.GET, document, HEADERS, Optional.empty(), DEADLINE, privateAllowed));
    }

    private static JsonNode json(Answer answer) {
        if (answer.status() != 200) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "no document, but status " + answer.status());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException unreadable) {
            throw new EgressFailure(EgressFailure.Kind.ANSWER_LOST, "the document is not JSON");
        }
    }
}
