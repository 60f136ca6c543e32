package io.grantkeeper.provider;

import java.time.InstantSource;

/** Providers for tests, from entries as an operator would write them. */
public final class TestProviders {

    private static final String ACME = """
            id: acme
            name: Acme
            authorization_url: https://login.acme.example/authorize
            token_url: https://login.acme.example/token
            scopes: {openid: Sign in, files.read: Read your files, files.write: Write your files}
            required_scopes: [openid]
            default_scopes: [files.read]
            api_base_urls: [https://api.acme.example]
            """;

    private TestProviders() {}

    /** An operator's own provider that departs from no standard. */
    public static Provider acme() {
        return of(ACME);
    }

    /** The provider of an operator's entry, which may live on http and loopback. */
    public static Provider of(String yaml) {
        return read(yaml, true);
    }

    /** Reaches those whose entries say where. */
    static Discovery discovery() {
        Metadata nothing = (address, privately) -> {
            throw new AssertionError("nothing is looked up");
        };
        return new Discovery(nothing, InstantSource.system());
    }

    static Provider read(String yaml, boolean allowPrivate) {
        Entry entry = new EntryReader(true, Providers.of(BuiltInProviders.load()), id -> allowPrivate)
                .read(new EntryFile("entry.yaml", yaml));
        return ((Entry.Definition) entry).provider();
    }
}
