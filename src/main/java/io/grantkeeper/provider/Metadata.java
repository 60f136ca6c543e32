package io.grantkeeper.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import java.net.URI;

/** What providers publish about themselves. */
@FunctionalInterface
interface Metadata {

    /** A document, read as JSON. Fails with {@link EgressFailure} alone. */
    Uni<JsonNode> fetch(URI document, boolean privateAllowed);
}
