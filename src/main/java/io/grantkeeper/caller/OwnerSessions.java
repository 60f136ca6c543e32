package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grantkeeper.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the local owner's browser holds: the second it ends, sealed under a key that is derived from the owner's.
 *
 * <p>Nothing is kept here, so a restart ends no session; a new owner key ends all.
 */
final class OwnerSessions {

    static final Duration LIFETIME = Duration.ofHours(12);

    private static final Pattern SESSION = Pattern.compile("(?<end>[0-9]{1,12})\\.(?<mac>[A-Za-z0-9_-]{43})");

    private final HmacKey key;

    OwnerSessions(OwnerKey owner) {
        this.key = owner.derived("grantkeeper browser session v1");
    }

    Secret begin(Instant now) {
        String end = Long.toString(now.plus(LIFETIME).getEpochSecond());
        return Secret.of(
                end + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(key.sign(end.getBytes(UTF_8))));
    }

    boolean isRunning(Secret session, Instant now) {
        Matcher parts = SESSION.matcher(session.reveal());
        return parts.matches()
                && key.verifies(
                        parts.group("end").getBytes(UTF_8),
                        Base64.getUrlDecoder().decode(parts.group("mac")))
                && now.isBefore(Instant.ofEpochSecond(Long.parseLong(parts.group("end"))));
    }
}
