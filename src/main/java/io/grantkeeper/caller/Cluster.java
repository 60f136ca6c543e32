package io.grantkeeper.caller;

import io.grantkeeper.caller.ClustersConfig.ClusterConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Kubernetes cluster whose pods may prove themselves here.
 *
 * <p>Its keys are its own: many clusters have issuers of the same name.
 *
 * @param namespaces the account that a namespace belongs to
 */
record Cluster(
        PodTokenRules rules,
        IssuerKeys keys,
        PodReview review,
        Map<String, AccountId> namespaces,
        InstantSource clock) {

    private static final String SETTINGS = "grantkeeper.clusters.";

    /** @throws IllegalArgumentException when a setting is missing or wrong; it names the setting */
    static Cluster of(String id, ClusterConfig config, Vertx vertx, InstantSource clock) {
        requireProtected(id, config);
        ServerClient http = ServerClient.of(vertx, config.caFile(), config.bearerFile(), origins(config));
        IssuerEndpoint endpoint = new IssuerEndpoint(http, config.issuer(), config.jwksUrl());
        return new Cluster(
                new PodTokenRules(id, config.issuer(), config.audience()),
                new IssuerKeys(config.issuer(), endpoint::keys, clock),
                review(id, config, http),
                namespaces(id, config.namespaces().orElse(List.of())),
                clock);
    }

    /** Fails with {@code unauthenticated} when the token does not prove a pod of this cluster. */
    Uni<PodIdentity> prove(IssuedToken token) {
        return keys.forKey(token.keyId())
                .map(held -> rules.pod(token, held, clock.instant()))
                .call(pod -> review.require(token.token(), pod));
    }

    boolean issues(IssuedToken token) {
        return rules.issuer().equals(token.issuer());
    }

    /** Whether the operator gave the namespace of a service account to an account. */
    boolean gives(KubernetesIdentity identity, AccountId account) {
        return Optional.ofNullable(identity.namespace())
                .map(namespaces::get)
                .filter(account::equals)
                .isPresent();
    }

    private static PodReview review(String id, ClusterConfig config, ServerClient http) {
        return switch (config.review()) {
            case NONE -> PodReview.NONE;
            case KUBERNETES -> new TokenReviews(id, http, apiUrl(id, config), config.audience());
        };
    }

    private static String apiUrl(String id, ClusterConfig config) {
        return config.apiUrl()
                .orElseThrow(() -> new IllegalArgumentException(
                        SETTINGS + id + ".review is kubernetes and " + SETTINGS + id + ".api-url is not set"));
    }

    private static Set<String> origins(ClusterConfig config) {
        return urls(config).map(ServerClient::origin).collect(Collectors.toUnmodifiableSet());
    }

    /** What decides who is let in, and our own bearer, travel protected. */
    private static void requireProtected(String id, ClusterConfig config) {
        urls(config).map(URI::create).filter(url -> !isProtected(url)).findAny().ifPresent(open -> {
            throw new IllegalArgumentException(SETTINGS + id + " has a URL that is not https: " + open);
        });
    }

    private static Stream<String> urls(ClusterConfig config) {
        Stream<String> keys = config.jwksUrl().or(() -> Optional.of(config.issuer())).stream();
        return Stream.concat(keys, config.apiUrl().stream());
    }

    private static boolean isProtected(URI url) {
        return "https".equals(url.getScheme()) || "127.0.0.1".equals(url.getHost());
    }

    private static Map<String, AccountId> namespaces(String id, List<String> pairs) {
        return pairs.stream()
                .map(pair -> pair.split("=", 2))
                .peek(pair -> requirePair(id, pair))
                .collect(Collectors.toUnmodifiableMap(pair -> pair[0].strip(), pair -> new AccountId(pair[1].strip())));
    }

    private static void requirePair(String id, String[] pair) {
        if (pair.length != 2 || pair[0].isBlank() || pair[1].isBlank()) {
            throw new IllegalArgumentException(
                    SETTINGS + id + ".namespaces is not namespace=account,…: " + String.join("=", pair));
        }
    }
}
