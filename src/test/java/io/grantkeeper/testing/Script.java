package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Map;

/** What a {@link ScriptedProvider} does with one request, in place of what it should do. */
@FunctionalInterface
public interface Script {

    int TEN_MEGABYTES = 10 * 1024 * 1024;

    void play(ScriptedProvider.Exchange exchange) throws IOException, InterruptedException;

    static Script answer(int status, String contentType, String body) {
        return answer(status, contentType, body, Map.of());
    }

    static Script answer(int status, String contentType, String body, Map<String, String> headers) {
        return exchange -> exchange.answer(status, contentType, body.getBytes(UTF_8), headers);
    }

    static Script json(int status, String body) {
        return answer(status, "application/json", body);
    }

    /** As RFC 6749 §5.2 has it. */
    static Script error(String error) {
        return json(400, "{\"error\": \"" + error + "\", \"error_description\": \"as the script says\"}");
    }

    /** As a gateway's page. */
    static Script html() {
        return answer(200, "text/html", "<!DOCTYPE html><html><body>Something else entirely</body></html>");
    }

    static Script empty() {
        return answer(200, "application/json", "");
    }

    static Script huge() {
        return exchange -> exchange.answer(
                200, "application/json", " ".repeat(TEN_MEGABYTES).getBytes(UTF_8), Map.of());
    }

    /** Takes the request and says nothing, until the provider is reset. */
    static Script hang() {
        return ScriptedProvider.Exchange::hang;
    }

    /** Right in all, and delivered in its own way. */
    static Script properly(Delivery way) {
        return exchange -> exchange.properly(way);
    }

    /** Takes the request, does that, and hangs up. */
    static Script afterReading(Runnable then) {
        return exchange -> {
            then.run();
            exchange.hangUp();
        };
    }
}
