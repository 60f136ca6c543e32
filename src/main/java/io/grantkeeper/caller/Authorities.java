package io.grantkeeper.caller;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The names under which this service answers signed requests, so that one that was made for another server is worth
 * nothing here.
 *
 * <p>Where none are configured: the public URL's, on one's own machine the loopback's, and in a cluster the DNS names of
 * a service called {@code grantkeeper}.
 */
@Singleton
final class Authorities {

    private final Set<String> names;

    Authorities(
            @ConfigProperty(name = "grantkeeper.authorities") Optional<List<String>> configured,
            @ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl publicUrl,
            @ConfigProperty(name = "grantkeeper.embedded", defaultValue = "false") boolean embedded,
            @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int port,
            @ConfigProperty(name = "pod.namespace") Optional<String> namespace) {
        names = configured
                .map(List::stream)
                .orElseGet(() -> Stream.concat(
                        Stream.of(publicUrl.authority()), embedded ? loopback(port) : service(namespace, port)))
                .map(RequestHead::canonicalAuthority)
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean contain(String authority) {
        return names.contains(authority);
    }

    private static Stream<String> loopback(int port) {
        return Stream.of("127.0.0.1:" + port, "localhost:" + port);
    }

    private static Stream<String> service(Optional<String> namespace, int port) {
        Stream<String> suffixes = Stream.concat(
                Stream.of(""),
                namespace.stream()
                        .flatMap(ns -> Stream.of("." + ns, "." + ns + ".svc", "." + ns + ".svc.cluster.local")));
        return suffixes.map(suffix -> "grantkeeper" + suffix).flatMap(name -> Stream.of(name, name + ":" + port));
    }
}
