package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What an issuer publishes, or why there is nothing: for a person who wants to know which, and not for a flow. */
public final class PublicMetadata {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PublishedMetadata metadata;

    PublicMetadata(PublishedMetadata metadata) {
        this.metadata = metadata;
    }

    /** What came of looking; what stands first is of more use. */
    public sealed interface Finding {

        /** @param objection why the service would not go by it, if it would not */
        record Document(URI address, JsonNode tree, Optional<String> objection) implements Finding {}

        /** Nothing was sent, for a reason that does not pass. */
        record Forbidden(String reason) implements Finding {}

        /** No answer, or that of an overloaded server: it may be told later. */
        record Away(String reason) implements Finding {}

        /** There is no such document. */
        record Nothing(String reason) implements Finding {}
    }

    /** Looks at both addresses that there are for it, as far as needed. It never fails. */
    public Uni<Finding> find(Provider provider) {
        return find(new Issuer(provider.endpoints().issuer().orElseThrow(), provider.allowPrivate()));
    }

    Uni<Finding> find(Issuer issuer) {
        List<URI> addresses = DiscoveryDocument.addresses(issuer.identifier());
        return find(issuer, addresses.getFirst())
                .chain(first -> first instanceof Finding.Document
                        ? Uni.createFrom().item(first)
                        : find(issuer, addresses.getLast()).map(second -> better(first, second)));
    }

    /** Whose document it is to be, and whether it may live on http, loopback or private addresses. */
    record Issuer(String identifier, boolean allowPrivate) {}

    private static Finding better(Finding first, Finding second) {
        return rank(second) < rank(first) ? second : first;
    }

    private static int rank(Finding finding) {
        return switch (finding) {
            case Finding.Document document -> 0;
            case Finding.Forbidden forbidden -> 1;
            case Finding.Away away -> 2;
            case Finding.Nothing nothing -> 3;
        };
    }

    private Uni<Finding> find(Issuer issuer, URI address) {
        return metadata.ask(address, issuer.allowPrivate())
                .map(answer -> read(issuer, address, answer))
                .onFailure(EgressFailure.class)
                .recoverWithItem(failure -> unanswered(address, failure));
    }

    private static Finding read(Issuer issuer, URI address, Answer answer) {
        int status = answer.status();
        if (status == 429 || status >= 500) {
            return new Finding.Away("status " + status + " at " + address);
        }
        if (status != 200) {
            return new Finding.Nothing("status " + status + " at " + address);
        }
        try {
            JsonNode tree = JSON.readTree(answer.body());
            return tree.isObject()
                    ? new Finding.Document(address, tree, objection(issuer, tree))
                    : new Finding.Nothing("no object of JSON at " + address);
        } catch (JsonProcessingException unreadable) {
            return new Finding.Nothing("no JSON at " + address);
        }
    }

    private static Optional<String> objection(Issuer issuer, JsonNode tree) {
        try {
            var unused = new DiscoveryDocument(tree).endpoints(issuer.identifier(), issuer.allowPrivate());
            return Optional.empty();
        } catch (EgressFailure refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    private static Finding unanswered(URI address, EgressFailure failure) {
        String reason = failure.getMessage() + " at " + address;
        return failure.isForbidden() ? new Finding.Forbidden(reason) : new Finding.Away(reason);
    }
}
