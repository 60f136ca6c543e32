package io.grantkeeper.refresh;

import io.grantkeeper.caller.AccountId;
import io.grantkeeper.provider.ConnectionFields;
import java.util.SequencedSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An import that is not a connection yet, as one version of it was read.
 *
 * @param sealedClientSecret of the client that the account brought itself; null where the operator's is meant
 * @param sealedRefresh what was brought
 * @param sealedSuccessor what the provider replaced it by, once it did
 * @param version moves when that is written
 * @param fence moves with every lease
 * @param uncertain whether somebody asked with the present token, and what came of it is unknown
 * @param failures how many attempts failed in a row
 */
record PendingImport(
        UUID id,
        AccountId account,
        String createdBy,
        String provider,
        ConnectionFields fields,
        SequencedSet<String> scopes,
        String clientId,
        byte @Nullable [] sealedClientSecret,
        byte[] sealedRefresh,
        byte @Nullable [] sealedSuccessor,
        long version,
        long fence,
        boolean uncertain,
        int failures) {

    /** Whether what the user has may be worth nothing any more, so that this row is all there is of the grant. */
    boolean isAllThereIs() {
        return uncertain || sealedSuccessor != null;
    }

    /** The same under new seals, with the fate of its token known again. */
    PendingImport replaced(byte @Nullable [] clientSecret, byte[] refresh, byte[] successor) {
        return new PendingImport(
                id,
                account,
                createdBy,
                provider,
                fields,
                scopes,
                clientId,
                clientSecret,
                refresh,
                successor,
                version + 1,
                fence,
                false,
                0);
    }

    @Override
    public String toString() {
        return "PendingImport[" + id + "]";
    }
}
