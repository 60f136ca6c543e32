package io.grantkeeper.provider;

import org.jspecify.annotations.Nullable;

/**
 * What a provider answered. The body may hold tokens, so it is in no text of this record.
 *
 * @param retryAfter the header of that name, as it stood there
 */
record Answer(int status, @Nullable String retryAfter, String body) {

    boolean isSuccess() {
        return status / 100 == 2;
    }

    @Override
    public String toString() {
        return "Answer[status=" + status + "]";
    }
}
