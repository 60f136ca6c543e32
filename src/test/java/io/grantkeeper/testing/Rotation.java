package io.grantkeeper.testing;

import java.time.Duration;

/**
 * What a provider does with refresh tokens.
 *
 * @param replaces whether each refresh gives a new one
 * @param grace for how long a replaced one still gives the same successor
 * @param revokesOnReuse whether a replaced one that comes after that ends the whole grant (RFC 9700 §4.14.2)
 * @param endsAccess whether a refresh ends the access token before it at once
 */
public record Rotation(boolean replaces, Duration grace, boolean revokesOnReuse, boolean endsAccess) {

    private Rotation(boolean replaces, Duration grace, boolean revokesOnReuse) {
        this(replaces, grace, revokesOnReuse, false);
    }

    /** A refresh token is good for ever. */
    public static Rotation none() {
        return new Rotation(false, Duration.ZERO, false);
    }

    /** Each is good for once, and a second time is only refused. */
    public static Rotation single() {
        return new Rotation(true, Duration.ZERO, false);
    }

    /** Each is good for once, and a second time is taken for theft. */
    public static Rotation strict() {
        return new Rotation(true, Duration.ZERO, true);
    }

    /** A second time is forgiven for so long, and taken for theft afterwards. */
    public static Rotation forgiving(Duration grace) {
        return new Rotation(true, grace, true);
    }

    /** The same, where a refresh ends the access token before it. */
    public Rotation endingAccess() {
        return new Rotation(replaces, grace, revokesOnReuse, true);
    }

    /** As an entry says it. */
    String entry() {
        return "refresh: {rotates: %s, reuse_grace_seconds: %d%s}\n"
                .formatted(replaces, grace.toSeconds(), endsAccess ? ", invalidates_access: true" : "");
    }
}
