package io.grantkeeper.testing;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What really happened at a provider. Times are {@link System#nanoTime()} of this JVM, but where they are wall time. */
public final class ProviderLog {

    private final Collection<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();
    private final Map<String, Boolean> alive = new ConcurrentHashMap<>();

    private record Issued(String subject, long from, long until) {}

    /**
     * One refresh that somebody asked for.
     *
     * @param subject whose grant it was; empty for a token that nobody knows
     * @param ended when the answer was on the wire, or given up; {@link Long#MAX_VALUE} while it is not
     * @param outcome {@code granted}, an error's code, or {@code scripted}
     * @param reused whether the refresh token had been replaced before
     * @param revoked whether this ended the whole grant
     * @param delivered whether all of the answer was written to the socket
     */
    public record Refresh(
            String subject,
            String presented,
            Instant at,
            long began,
            long ended,
            Optional<String> successor,
            Optional<String> accessToken,
            String outcome,
            boolean reused,
            boolean revoked,
            boolean delivered) {

        public boolean isGranted() {
            return outcome.equals("granted");
        }

        /** Records print what they hold. */
        @Override
        public String toString() {
            return "refresh of " + subject + " at " + at + " " + outcome + (reused ? " reused" : "")
                    + (revoked ? " revoked" : "") + (delivered ? "" : " undelivered");
        }
    }

    /** A refresh that goes on. */
    public final class Attempt {

        private final String presented;
        private final Instant at;
        private final long began;
        private volatile String subject = "";
        private volatile long ended = Long.MAX_VALUE;
        private volatile String successor;
        private volatile String accessToken;
        private volatile String outcome = "pending";
        private volatile boolean reused;
        private volatile boolean revoked;
        private volatile boolean delivered;

        private Attempt(String presented, Instant at, long began) {
            this.presented = presented;
            this.at = at;
            this.began = began;
        }

        public void of(String whose, boolean again) {
            subject = whose;
            reused = again;
        }

        public void granted(String newAccess, String newRefresh) {
            accessToken = newAccess;
            successor = newRefresh;
            outcome = "granted";
        }

        public void refused(String error) {
            outcome = error;
        }

        public void revoked() {
            revoked = true;
        }

        public void ended(long at, boolean whole) {
            ended = at;
            delivered = whole;
        }

        private Refresh read() {
            return new Refresh(
                    subject,
                    presented,
                    at,
                    began,
                    ended,
                    Optional.ofNullable(successor),
                    Optional.ofNullable(accessToken),
                    outcome,
                    reused,
                    revoked,
                    delivered);
        }
    }

    public Attempt begin(String presented) {
        return begin(presented, System.nanoTime());
    }

    public Attempt begin(String presented, long at) {
        Attempt attempt = new Attempt(presented, Instant.now(), at);
        attempts.add(attempt);
        return attempt;
    }

    public void issued(String accessToken, String subject, long from, long until) {
        issued.put(accessToken, new Issued(subject, from, until));
    }

    /** No API of the provider takes it any more. */
    public void ended(String accessToken, long at) {
        issued.computeIfPresent(
                accessToken, (same, token) -> new Issued(token.subject(), token.from(), Math.min(token.until(), at)));
    }

    /** Whether there is a grant of this user that can still be used. */
    public void alive(String subject, boolean is) {
        alive.put(subject, is);
    }

    public boolean isAlive(String subject) {
        return alive.getOrDefault(subject, false);
    }

    public boolean knows(String subject) {
        return alive.containsKey(subject);
    }

    public Optional<String> holderOf(String accessToken) {
        return Optional.ofNullable(issued.get(accessToken)).map(Issued::subject);
    }

    /** Whether an API of the provider would have taken it at some instant between these two. */
    public boolean wasValid(String accessToken, long from, long until) {
        Issued token = issued.get(accessToken);
        return token != null && token.from() <= until && from < token.until();
    }

    /** In the order in which they were asked for. */
    public List<Refresh> refreshes() {
        return attempts.stream().map(Attempt::read).toList();
    }

    public List<Refresh> refreshesOf(String subject) {
        return refreshes().stream()
                .filter(each -> each.subject().equals(subject))
                .toList();
    }

    /** Forgets what was asked for. What was issued stays known. */
    void clear() {
        attempts.clear();
    }
}
