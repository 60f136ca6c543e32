package io.grantkeeper.authorization;

import io.grantkeeper.caller.PublicUrl;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a request came to the browser legs, by what browsers tell of it (Fetch Metadata).
 *
 * @param wantsPage whether a person is to read the answer; programs are answered JSON
 */
record Navigation(HttpServerRequest request, boolean wantsPage) {

    /** Of an address that both people and programs open. */
    static Navigation of(HttpServerRequest request) {
        return new Navigation(request, header(request, "Accept").contains("text/html"));
    }

    /** Of an address that only browsers are sent to. */
    static Navigation ofPerson(HttpServerRequest request) {
        return new Navigation(request, true);
    }

    /** Whether a page of our own origin led here, and not just some page in the same browser. */
    boolean isSameOrigin() {
        return header(request, "Sec-Fetch-Site").equals("same-origin");
    }

    /**
     * Whether what makes the caller known is a cookie at most: a browser sends that for any page that leads here, so it
     * does not tell that the user meant it.
     */
    boolean hasNoHeaderOfOurs() {
        return request.getHeader("Authorization") == null && request.getHeader("Signature-Input") == null;
    }

    /** Whether nobody looks: a browser that guesses where its user goes next must not use up a one-time link. */
    boolean isPrefetch() {
        return header(request, "Sec-Purpose").contains("prefetch")
                || header(request, "Purpose").equals("prefetch");
    }

    boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    Optional<String> cookie(String name) {
        return Optional.ofNullable(request.getCookie(name)).map(Cookie::getValue);
    }

    /** Where this same page has the name that cookies are set for; a browser on {@code localhost} is sent there. */
    Optional<String> underOurName(PublicUrl publicUrl) {
        boolean otherName = header(request, "Host").startsWith("localhost")
                && publicUrl.authority().startsWith("127.0.0.1");
        return otherName ? Optional.of(publicUrl.resolve(request.uri()).toString()) : Optional.empty();
    }

    private static String header(HttpServerRequest request, String name) {
        @Nullable String value = request.getHeader(name);
        return value == null ? "" : value;
    }
}
