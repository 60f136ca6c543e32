package io.grantkeeper.provider;

/** How our client proves itself at a provider's token endpoint (RFC 6749 §2.3.1). */
public enum ClientAuthentication {
    /** By the {@code Authorization} header. */
    BASIC,
    /** The same, but for the form encoding that comes before (RFC 7617). */
    BASIC_RAW,
    /** By {@code client_id} and {@code client_secret} in the form. */
    POST,
    /** Not at all: a public client, which names its {@code client_id} only. */
    NONE
}
