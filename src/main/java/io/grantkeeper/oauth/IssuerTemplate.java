package io.grantkeeper.oauth;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An issuer identifier in which <code>{…}</code> stands for a tenant: one segment of its path. */
record IssuerTemplate(Pattern pattern) {

    private static final Pattern PLACE = Pattern.compile("\\{[^{}/]*}");
    private static final String SEGMENT = "[A-Za-z0-9._~-]+";

    static IssuerTemplate of(String issuer) {
        return new IssuerTemplate(Pattern.compile(
                Arrays.stream(PLACE.split(issuer, -1)).map(Pattern::quote).collect(Collectors.joining(SEGMENT))));
    }

    boolean fits(String issuer) {
        return pattern.matcher(issuer).matches();
    }
}
