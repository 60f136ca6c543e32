package io.grantkeeper.caller;

/** What a caller was known by. */
public enum Proof {
    /** A token in the {@code Authorization} header. */
    BEARER,
    /** A cookie, which a browser also sends where another site made it. */
    COOKIE,
    /** A signature over the request. */
    SIGNATURE
}
