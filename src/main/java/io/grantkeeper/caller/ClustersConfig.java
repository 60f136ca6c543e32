package io.grantkeeper.caller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which Kubernetes clusters' service-account tokens are believed. */
@ConfigMapping(prefix = "grantkeeper.clusters")
interface ClustersConfig {

    /** By the names that agents are registered with. */
    @WithParentName
    Map<String, ClusterConfig> byId();

    interface ClusterConfig {

        /** The issuer of its service-account tokens, exactly as their {@code iss}. */
        String issuer();

        /** The keys, where OIDC discovery is not to be used. */
        Optional<String> jwksUrl();

        /** The certificates that its API server is trusted by, where the system's are not enough; PEM. */
        Optional<Path> caFile();

        /** What this service shows to the API server; read anew each time, for it is replaced every hour. */
        Optional<Path> bearerFile();

        /** The API server. */
        Optional<String> apiUrl();

        /** What {@code aud} must contain. */
        @WithDefault("grantkeeper")
        String audience();

        /** Whether the API server is asked, too, which knows the pods that are gone. */
        @WithDefault("none")
        Review review();

        /** The account whose users may register the service accounts of a namespace: {@code team-a=org_1}. */
        Optional<List<String>> namespaces();
    }

    /** Who looks at a token besides us. */
    enum Review {
        NONE,
        KUBERNETES
    }
}
