package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * As much of a person's browser as a flow needs: cookies by host, fetch metadata, forms, and redirects one at a time.
 *
 * <p>Every authorization code that comes by is searched for everywhere from then on.
 */
public final class Browser {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final Map<String, Map<String, String>> cookies = new ConcurrentHashMap<>();

    /** Opens an address that the person typed. */
    @CanIgnoreReturnValue
    public Answer open(URI address) {
        return send(request(address, "none").GET());
    }

    /** Follows a link on a page of the same origin. */
    @CanIgnoreReturnValue
    public Answer click(URI address) {
        return send(request(address, "same-origin").GET());
    }

    /** Follows a link, a script or a redirect of another site. */
    @CanIgnoreReturnValue
    public Answer openFromElsewhere(URI address) {
        return send(request(address, "cross-site").GET());
    }

    /** Follows redirects until there is a page. */
    @CanIgnoreReturnValue
    public Answer follow(Answer answer) {
        Answer last = answer;
        for (int i = 0; last.isRedirect(); i++) {
            if (i == 10) {
                throw new AssertionError("too many redirects, the last from " + last);
            }
            last = openFromElsewhere(last.location());
        }
        return last;
    }

    /** Sends a page's form. */
    @CanIgnoreReturnValue
    public Answer submit(URI action, Map<String, String> fields) {
        String form = fields.entrySet().stream()
                .map(field ->
                        URLEncoder.encode(field.getKey(), UTF_8) + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        return send(request(action, "same-origin")
                .header("Origin", origin(action))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    /** What a page's script does that posts JSON to its own origin. */
    @CanIgnoreReturnValue
    public Answer postJson(URI address, String json) {
        return send(request(address, "same-origin")
                .setHeader("Accept", "application/json")
                .header("Origin", origin(address))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    /** Redeems the link that the service printed at its start. */
    @CanIgnoreReturnValue
    public Browser signInAsOwner(PackagedService service) {
        Answer answer = redeem(service, service.signInCode());
        if (answer.status() != 204) {
            throw new AssertionError("not signed in: " + answer);
        }
        return this;
    }

    /** What the dashboard's page does with the code in its address. */
    public Answer redeem(PackagedService service, String code) {
        return postJson(service.url().resolve("/api/local/sign-in"), "{\"code\": \"" + code + "\"}");
    }

    @CanIgnoreReturnValue
    public Browser setCookie(URI site, String name, String value) {
        jar(site).put(name, value);
        return this;
    }

    public Map<String, String> cookies(URI site) {
        return Map.copyOf(jar(site));
    }

    public Optional<String> cookie(URI site, String name) {
        return Optional.ofNullable(jar(site).get(name));
    }

    private HttpRequest.Builder request(URI address, String site) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(40))
                .header("Accept", "text/html,application/xhtml+xml")
                .header("Sec-Fetch-Site", site)
                .header("Sec-Fetch-Mode", "navigate")
                .header("Sec-Fetch-Dest", "document");
        Map<String, String> jar = jar(address);
        if (!jar.isEmpty()) {
            request.header(
                    "Cookie",
                    jar.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        return request;
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            Answer answer = Answer.of(HTTP.send(request.build(), BodyHandlers.ofString(UTF_8)));
            setCookies(answer).forEach(cookie -> keep(answer.uri(), cookie));
            if (answer.isRedirect()) {
                Uris.parameter(answer.location(), "code").ifPresent(code -> Canaries.add("authorization code", code));
            }
            return answer;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** The cookies that an answer sets. */
    public static List<SetCookie> setCookies(Answer answer) {
        return answer.headers().allValues("Set-Cookie").stream()
                .map(SetCookie::parse)
                .toList();
    }

    private void keep(URI address, SetCookie cookie) {
        if (cookie.isDeletion()) {
            jar(address).remove(cookie.name());
        } else {
            jar(address).put(cookie.name(), cookie.value());
        }
    }

    /** By host alone: cookies know no ports. */
    private Map<String, String> jar(URI address) {
        return cookies.computeIfAbsent(
                address.getHost(), host -> java.util.Collections.synchronizedMap(new LinkedHashMap<>()));
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority();
    }
}
