package io.grantkeeper.client;

import io.grantkeeper.caller.AccountId;
import io.smallrye.mutiny.Uni;
import java.util.Set;

/** Tells the providers at which an account has a client of its own. */
@FunctionalInterface
public interface ProvidersOfAccount {

    /** Their ids, as they are or were a few seconds ago. */
    Uni<Set<String>> providersOf(AccountId account);
}
