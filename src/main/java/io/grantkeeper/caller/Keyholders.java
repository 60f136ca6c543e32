package io.grantkeeper.caller;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Who signs with which keys. */
interface Keyholders {

    Uni<Optional<Keyholder>> find(String keyId);
}
