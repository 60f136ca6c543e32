package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static io.grantkeeper.problem.ProblemCode.UNAVAILABLE;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grantkeeper.flight.SingleFlight;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.secret.Digests;
import io.grantkeeper.secret.Secret;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Asks a cluster's API server whether a pod's token is still good, which it is not when the pod or its service account
 * is gone ({@code authentication.k8s.io/v1}, TokenReview).
 *
 * <p>What it answers is believed for ten seconds. While it can't be asked nobody is let in.
 */
final class TokenReviews implements PodReview {

    private static final Logger LOG = Logger.getLogger(TokenReviews.class);
    private static final Duration BELIEVED = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int MOST = 10_000;
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";

    private final String cluster;
    private final ServerClient http;
    private final String url;
    private final String audience;
    private final SingleFlight<ByteBuffer, Boolean> reviews = new SingleFlight<>();
    private final Cache<ByteBuffer, Boolean> answers =
            Caffeine.newBuilder().expireAfterWrite(BELIEVED).maximumSize(MOST).build();

    TokenReviews(String cluster, ServerClient http, String apiUrl, String audience) {
        this.cluster = cluster;
        this.http = http;
        this.url = apiUrl.replaceFirst("/+$", "") + PATH;
        this.audience = audience;
    }

    @Override
    public Uni<Void> require(Secret token, PodIdentity pod) {
        ByteBuffer digest = ByteBuffer.wrap(Digests.sha256(token));
        Boolean believed = answers.getIfPresent(digest);
        Uni<Boolean> answer = believed != null
                ? Uni.createFrom().item(believed)
                : reviews.join(digest, () -> asked(token, pod).invoke(good -> answers.put(digest, good)));
        return answer.invoke(TokenReviews::requireGood).replaceWithVoid();
    }

    private Uni<Boolean> asked(Secret token, PodIdentity pod) {
        return Uni.createFrom()
                .completionStage(() -> http.post(url, review(token)).toCompletionStage())
                .map(answer -> isGood(status(answer), pod))
                .onFailure()
                .invoke(away -> LOG.warnf("token review failed cluster=%s failure=%s", cluster, away))
                .onFailure()
                .transform(away -> Problem.of(UNAVAILABLE, "The cluster's API server can't be asked about this token.")
                        .retryAfter(RETRY_AFTER));
    }

    private JsonObject review(Secret token) {
        return new JsonObject()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "TokenReview")
                .put(
                        "spec",
                        new JsonObject().put("token", token.reveal()).put("audiences", new JsonArray().add(audience)));
    }

    private static JsonObject status(Buffer answer) {
        return answer.toJsonObject().getJsonObject("status", new JsonObject());
    }

    /** An API server that knows no audiences answers none of them: then the token may have been made for it alone. */
    private boolean isGood(JsonObject status, PodIdentity pod) {
        JsonObject user = status.getJsonObject("user", new JsonObject());
        return status.getBoolean("authenticated", false)
                && status.getJsonArray("audiences", new JsonArray()).contains(audience)
                && pod.userName().equals(user.getString("username"))
                && pod.serviceAccountUid().equals(user.getString("uid"));
    }

    private static void requireGood(boolean good) {
        if (!good) {
            throw Problem.of(UNAUTHENTICATED, "The cluster's API server does not accept the token any more.");
        }
    }
}
