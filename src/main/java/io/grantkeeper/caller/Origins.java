package io.grantkeeper.caller;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The pages whose requests may ride on a user's cookie: our own and the dashboard's. */
@Singleton
final class Origins {

    private final PublicUrl own;
    private final Set<String> allowed;

    Origins(
            @ConfigProperty(name = PublicUrl.SETTING, defaultValue = PublicUrl.DEFAULT) PublicUrl own,
            @ConfigProperty(name = "grantkeeper.dashboard.origins") Optional<List<String>> dashboard) {
        this.own = own;
        this.allowed = Stream.concat(
                        Stream.of(own.toString()), dashboard.stream().flatMap(List::stream))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the page that sent this request is known to be one of them. */
    boolean allow(RequestHead head) {
        return head.header("origin").size() == 1
                && allowed.contains(head.header("origin").getFirst());
    }

    boolean isOwn(RequestHead head) {
        return head.header("origin").equals(List.of(own.toString()));
    }
}
