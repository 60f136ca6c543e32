package io.grantkeeper.rehearsal;

import java.util.Map;

/** What an imitation answers. */
record Response(int status, Map<String, String> headers, String body) {

    static Response json(int status, String body) {
        return new Response(status, Map.of("Content-Type", "application/json"), body);
    }

    static Response empty(int status) {
        return new Response(status, Map.of(), "");
    }

    static Response html(int status) {
        return new Response(status, Map.of("Content-Type", "text/html"), "<html>");
    }
}
