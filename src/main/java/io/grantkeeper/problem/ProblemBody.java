package io.grantkeeper.problem;

import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON of an error: the shape of RFC 6749 §5.2 and two fields more, and what the problem itself adds. */
final class ProblemBody {

    private ProblemBody() {}

    static Map<String, Object> of(Problem problem, String requestId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", problem.code().wireName());
        body.put("error_description", problem.description());
        body.put("action", problem.action().wireName());
        body.put("requestId", requestId);
        body.putAll(problem.fields());
        return body;
    }
}
