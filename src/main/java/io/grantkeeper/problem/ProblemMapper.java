package io.grantkeeper.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.SealBroken;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where failures become HTTP. */
public final class ProblemMapper {

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
    private static final int REQUEST_ID_BYTES = 8;

    private final Randomness randomness;

    ProblemMapper(Randomness randomness) {
        this.randomness = randomness;
    }

    @ServerExceptionMapper
    Response problem(Problem problem) {
        return answer(problem, requestId());
    }

    /** What JAX-RS finds wrong with a request by itself: the path, the method, the media type. */
    @ServerExceptionMapper
    Response http(WebApplicationException failure) {
        if (failure.getCause() instanceof JacksonException) {
            return problem(malformed());
        }
        Response response = failure.getResponse();
        return response.getStatus() >= 500 ? bug(failure) : problem(HttpProblems.of(response.getStatus()));
    }

    @ServerExceptionMapper
    Response json(JacksonException failure) {
        return problem(malformed());
    }

    /** The extension has a mapper of its own for these, whose answer has no body. */
    @ServerExceptionMapper
    Response json(MismatchedInputException failure) {
        return problem(malformed());
    }

    /** The operator's matter: it says nothing of the grant, and nothing follows from it. */
    @ServerExceptionMapper
    Response broken(SealBroken failure) {
        String requestId = requestId();
        LOG.errorf("seal broken requestId=%s cause=%s", requestId, failure.getMessage());
        Problem problem = Problem.of(
                        ProblemCode.REFRESH_UNAVAILABLE,
                        "What is stored cannot be opened before the operator has mended the key ring.")
                .action(Action.CONTACT_OPERATOR)
                .retryAfter(Duration.ofSeconds(30));
        return answer(problem, requestId);
    }

    @ServerExceptionMapper
    Response anything(Throwable failure) {
        return Outages.isOne(failure) ? outage(failure) : bug(failure);
    }

    private Response outage(Throwable failure) {
        String requestId = requestId();
        LOG.warnf(
                "database unavailable requestId=%s cause=%s",
                requestId, failure.getClass().getName());
        Problem problem = Problem.of(ProblemCode.UNAVAILABLE, "The database is not available just now.")
                .retryAfter(Duration.ofSeconds(2));
        return answer(problem, requestId);
    }

    private Response bug(Throwable failure) {
        String requestId = requestId();
        LOG.errorf(failure, "unexpected failure requestId=%s", requestId);
        return answer(
                Problem.of(ProblemCode.SERVER_ERROR, "Something went wrong here; the operator's log has it by its id."),
                requestId);
    }

    private static Problem malformed() {
        return Problem.of(ProblemCode.INVALID_REQUEST, "The body is not the JSON that is expected here.");
    }

    private static long seconds(Problem problem, Duration wait) {
        return problem.isInTurn()
                ? RetryAfterHeader.seconds(wait)
                : RetryAfterHeader.spreadSeconds(
                        wait, ThreadLocalRandom.current().nextDouble());
    }

    private String requestId() {
        return randomness.hex(REQUEST_ID_BYTES);
    }

    private static Response answer(Problem problem, String requestId) {
        Response.ResponseBuilder response = Response.status(problem.code().status())
                .entity(ProblemBody.of(problem, requestId))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header("Cache-Control", "no-store");
        problem.retryAfter().ifPresent(wait -> response.header("Retry-After", seconds(problem, wait)));
        if (problem.code().status() == 401) {
            response.header("WWW-Authenticate", "Bearer realm=\"grantkeeper\"");
        }
        return response.build();
    }
}
