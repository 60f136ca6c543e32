package io.grantkeeper.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An HTTP response, read. */
public record Answer(URI uri, int status, HttpHeaders headers, String body) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TOLD = Pattern.compile("<p role=\"status\">([^<]*)</p>");
    private static final int MOST_TOLD = 500;

    /** Of a run that measures there are too many to keep. */
    private static final int MOST_KEPT = 50_000;

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Queue<Answer> ALL = new ConcurrentLinkedQueue<>();

    static Answer of(HttpResponse<String> response) {
        Answer answer = new Answer(response.uri(), response.statusCode(), response.headers(), response.body());
        if (COUNT.incrementAndGet() <= MOST_KEPT) {
            ALL.add(answer);
        }
        return answer;
    }

    /** The answers of these tests, to be searched in the end for what none may say. */
    public static List<Answer> all() {
        return List.copyOf(ALL);
    }

    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            throw new AssertionError("no JSON but " + body.length() + " other characters, status " + status);
        }
    }

    /** A field's text, empty when it is not there. */
    public String text(String field) {
        return json().path(field).asText("");
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    public boolean isRedirect() {
        return status / 100 == 3 && header("Location").isPresent();
    }

    /** Where a redirect leads to. */
    public URI location() {
        return uri.resolve(header("Location")
                .orElseThrow(() -> new AssertionError("status " + status + " and no Location at " + uri.getPath())));
    }

    /** The access token of a token answer, which is searched for everywhere from now on. */
    public String accessToken() {
        String token = text("accessToken");
        if (token.isEmpty()) {
            throw new AssertionError("no token but " + this);
        }
        return Canaries.add("access token", token);
    }

    /** What a page tells the person. */
    public String told() {
        Matcher told = TOLD.matcher(body);
        return told.find() ? told.group(1) : "";
    }

    /** With the body of an error only: any other may hold a token. */
    @Override
    public String toString() {
        String error = body.contains("<html") ? told() : body.substring(0, Math.min(body.length(), MOST_TOLD));
        return status + " " + uri.getPath() + (status >= 400 ? " " + error : "");
    }
}
