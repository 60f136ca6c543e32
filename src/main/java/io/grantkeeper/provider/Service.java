package io.grantkeeper.provider;

import java.util.Set;

/** A provider and some of its scopes under one word, as in {@code google_gmail}. */
public record Service(Provider provider, Set<String> scopes) {

    public Service {
        scopes = Ordered.copyOf(scopes);
    }
}
