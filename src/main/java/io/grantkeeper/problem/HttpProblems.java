package io.grantkeeper.problem;

/** The statuses that HTTP itself answers with, as problems. */
final class HttpProblems {

    private HttpProblems() {}

    static Problem of(int status) {
        return switch (status) {
            case 401 -> Problem.of(ProblemCode.UNAUTHENTICATED, "This needs a signed-in user or a registered agent.");
            case 403 -> Problem.of(ProblemCode.FORBIDDEN, "This is not allowed.");
            case 404 -> Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this address.");
            case 405 -> Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "This address does not take this method.");
            case 406 -> Problem.of(ProblemCode.NOT_ACCEPTABLE, "This address answers JSON.");
            case 408 -> Problem.of(ProblemCode.REQUEST_TIMEOUT, "The request took too long to arrive.");
            case 413 -> Problem.of(ProblemCode.CONTENT_TOO_LARGE, "The body is too long.");
            case 415 ->
                Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "The body is not of a media type that is taken.");
            case 417 -> Problem.of(ProblemCode.EXPECTATION_FAILED, "The expectation cannot be met.");
            default -> Problem.of(ProblemCode.INVALID_REQUEST, "The request is malformed.");
        };
    }
}
