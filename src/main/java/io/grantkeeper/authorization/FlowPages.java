package io.grantkeeper.authorization;

import io.grantkeeper.authorization.Callbacks.Ending;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.provider.Field;
import io.grantkeeper.provider.Provider;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.Secret;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;

/** The pages of the browser legs; a failure there is a page that a person understands, never JSON. */
@ApplicationScoped
class FlowPages {

    private static final int NONCE_BYTES = 16;

    private final ReturnTargets returnTargets;
    private final Randomness randomness;

    FlowPages(ReturnTargets returnTargets, Randomness randomness) {
        this.returnTargets = returnTargets;
        this.randomness = randomness;
    }

    /**
     * What the page at the end of a flow says, to the person and to the page that opened it.
     *
     * @param flow the flow's id; empty when it is not known
     * @param status {@code connected}, {@code denied} or {@code failed}
     */
    record Result(String title, String text, String flow, String status, List<String> origins, String returnTo) {}

    /** What somebody is asked to agree to before the provider asks. */
    record Question(
            String asker,
            String provider,
            String account,
            List<String> scopes,
            List<Said> fields,
            List<Blank> blanks,
            boolean agent,
            String ticket) {}

    /** What is known of it already: whoever agrees has to see where they are sent. */
    record Said(String label, String value) {}

    /** What has to be known of the connection before the provider can be asked. */
    record Blank(String name, String label, String example) {

        static Blank of(Field field) {
            return new Blank("field." + field.name(), field.label(), field.example());
        }
    }

    @CheckedTemplate
    static final class Templates {

        private Templates() {}

        static native TemplateInstance result(Result result, String nonce);

        static native TemplateInstance confirm(Question question, String nonce);
    }

    /** The page at the end of a flow. */
    Uni<Response.ResponseBuilder> end(Ending ending, String providerName) {
        return switch (ending) {
            case Ending.Connected connected ->
                page(
                        200,
                        result(
                                ending,
                                "Connected",
                                providerName + " is connected. You can close this window.",
                                "connected"));
            case Ending.Denied denied ->
                page(
                        200,
                        result(
                                ending,
                                "Not connected",
                                "You did not agree at " + providerName + ", so nothing was connected.",
                                "denied"));
            case Ending.Failed failed ->
                page(
                        failed.problem().code().status(),
                        result(ending, "Not connected", failed.problem().description(), "failed"));
        };
    }

    /** The page of a failure that belongs to no flow. */
    Uni<Response.ResponseBuilder> failure(Problem problem) {
        Result result = new Result("Not connected", problem.description(), "", "failed", List.of(), "");
        return page(problem.code().status(), result);
    }

    /** The page that asks before the provider does. */
    Uni<Response.ResponseBuilder> confirm(
            String asker, Provider provider, Attempt attempt, List<String> scopeLabels, Secret ticket) {
        Question question = new Question(
                asker,
                provider.name(),
                attempt.account().value(),
                scopeLabels,
                said(provider, attempt),
                provider.missing(attempt.fields()).stream().map(Blank::of).toList(),
                attempt.agent().isPresent(),
                ticket.reveal());
        String nonce = nonce();
        return render(200, Templates.confirm(question, nonce), nonce);
    }

    private static List<Said> said(Provider provider, Attempt attempt) {
        return provider.fields().stream()
                .flatMap(field ->
                        attempt.fields().find(field.name()).stream().map(value -> new Said(field.label(), value)))
                .toList();
    }

    private Result result(Ending ending, String title, String text, String status) {
        return new Result(
                title,
                text,
                ending.attempt().id().toString(),
                status,
                returnTargets.origins(),
                ending.attempt().returnTo().map(URI::toString).orElse(""));
    }

    private Uni<Response.ResponseBuilder> page(int status, Result result) {
        String nonce = nonce();
        return render(status, Templates.result(result, nonce), nonce);
    }

    private String nonce() {
        return randomness.base64Url(NONCE_BYTES);
    }

    private static Uni<Response.ResponseBuilder> render(int status, TemplateInstance template, String nonce) {
        return template.createUni()
                .map(html -> Response.status(status)
                        .type(MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                        .entity(html)
                        .header(
                                "Content-Security-Policy",
                                "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'nonce-" + nonce
                                        + "'; form-action *; base-uri 'none'; frame-ancestors 'none'")
                        .header("X-Frame-Options", "DENY")
                        .header("X-Content-Type-Options", "nosniff")
                        .header("Referrer-Policy", "no-referrer")
                        .header("Cache-Control", "no-store"));
    }
}
