package io.grantkeeper.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A word in braces of an entry, whose value is another for each connection or for each operator.
 *
 * @param label what a person is asked for
 * @param example a value that fits
 * @param pattern what a value has to match, over all that its kind demands
 * @param suffixes under which of the vendor's names a host has to lie; empty where an operator chooses it
 * @param from where the provider tells it; empty where a person does
 * @param fallback what counts where nobody says anything
 */
public record Field(
        String name,
        String label,
        String example,
        Kind kind,
        Optional<Pattern> pattern,
        List<String> suffixes,
        Optional<Place> from,
        Optional<String> fallback) {

    private static final int LONGEST = 253;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern HOST = Pattern.compile("(?:" + LABEL + "\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

    /** RFC 3986 §2.3: what means itself wherever it stands in a URL. */
    private static final Pattern UNRESERVED = Pattern.compile("[A-Za-z0-9._~-]+");

    private static final Pattern DOTS = Pattern.compile("\\.+");
    private static final Pattern LINE = Pattern.compile("[\\x20-\\x7E]+");

    /** What a value is. */
    public enum Kind {
        /** A part of a host's name, of a path, or of something else. */
        VALUE,
        /** The name of a host. */
        HOST,
        /** Words for a person or a header, which no URL has. */
        TEXT;

        static Kind of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    public Field {
        suffixes = List.copyOf(suffixes);
    }

    /** Whether a person is asked for it before the provider is. */
    public boolean isAsked() {
        return from.isEmpty();
    }

    /** Whether nothing can be done without somebody giving it. */
    public boolean isNeeded() {
        return isAsked() && fallback.isEmpty();
    }

    /** Whether a person may give it before consent: it is asked, or names one of the provider's list. */
    public boolean isGiven() {
        return isAsked() || isChosen();
    }

    /** Whether one is chosen where the provider has a list of them. */
    boolean isChosen() {
        return from.filter(place -> place.isIn(Place.Source.ACCOUNTS)).isPresent();
    }

    /** Whether nobody can know it who saw no callback. */
    boolean isToldByCallbackAlone() {
        return fallback.isEmpty()
                && from.filter(place -> place.isIn(Place.Source.CALLBACK)).isPresent();
    }

    /** The value that was meant by what somebody wrote or a provider told; empty where it is none. */
    Optional<String> read(String told) {
        String value = told.strip();
        return Optional.of(kind == Kind.HOST ? host(value) : value).filter(this::fits);
    }

    boolean fits(String value) {
        return value.length() <= LONGEST
                && switch (kind) {
                    case VALUE ->
                        UNRESERVED.matcher(value).matches()
                                && !DOTS.matcher(value).matches();
                    case HOST -> HOST.matcher(value).matches() && liesWithinSuffixes(value);
                    case TEXT -> LINE.matcher(value).matches();
                }
                && pattern.map(each -> each.matcher(value).matches()).orElse(true);
    }

    private boolean liesWithinSuffixes(String host) {
        return suffixes.isEmpty() || suffixes.stream().anyMatch(each -> host.equals(each) || host.endsWith("." + each));
    }

    /** Providers tell a whole address where only its host is to be believed. */
    private static String host(String told) {
        String lower = told.toLowerCase(Locale.ROOT);
        try {
            URI address = new URI(lower.contains("//") ? lower : "https://" + lower);
            boolean plain = "https".equals(address.getScheme())
                    && address.getRawUserInfo() == null
                    && (address.getPort() == -1 || address.getPort() == 443)
                    && address.getHost() != null;
            return plain ? address.getHost() : told;
        } catch (URISyntaxException none) {
            return told;
        }
    }
}
