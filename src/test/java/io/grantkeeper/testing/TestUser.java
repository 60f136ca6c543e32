package io.grantkeeper.testing;

import java.net.URI;

/**
 * A user of an {@link OperatorsService}, known by a token of the identity provider.
 *
 * @param subject the user's own account, too, unless there are organisations
 */
public record TestUser(OperatorsService service, String subject, String token) {

    /** A dashboard's backend, or curl. */
    public Api api() {
        return service.process().bearer(token);
    }

    /** A browser that is signed in at the dashboard. */
    public Browser browser() {
        return new Browser().setCookie(service.process().url(), "__session", token);
    }

    /** A new agent of this user's account. */
    public TestAgent agent(String mode) {
        Answer answer =
                api().post("/api/agents", "{\"name\": \"agent of " + subject + "\", \"mode\": \"" + mode + "\"}");
        if (answer.status() != 201) {
            throw new AssertionError("not registered: " + answer);
        }
        String id = answer.text("id");
        return new TestAgent(id, answer.text("secret"), service.process().agent(id, answer.text("secret")));
    }

    /** An agent and its calls. */
    public record TestAgent(String id, String secret, Api api) {

        /** Records print what they hold. */
        @Override
        public String toString() {
            return id;
        }
    }

    /** A flow that this browser was sent to the provider for. */
    public Flow begin(Browser browser, String query) {
        Answer departure = browser.click(service.process().url().resolve("/api/apps/authorize?" + query));
        if (departure.status() != 302) {
            throw new AssertionError("not sent to the provider: " + departure);
        }
        return new Flow(browser, departure);
    }

    /** A running flow: a browser, and the redirect that took it to the provider. */
    public record Flow(Browser browser, Answer departure) {

        public URI request() {
            return departure.location();
        }
    }

    /** The id of a connection that this user has just made at the provider, as the account of the same name there. */
    public String connect(ScriptedProvider provider) {
        Flow flow = begin(browser(), "provider=" + provider.id());
        Answer end = flow.browser().openFromElsewhere(provider.agree(flow.request(), subject));
        if (end.status() != 200 || !end.body().contains("data-status=\"connected\"")) {
            throw new AssertionError("not connected: " + end);
        }
        return onlyConnection(provider.id());
    }

    /** The id of the one connection that this user has there. */
    public String onlyConnection(String provider) {
        var items = api().get("/api/apps?provider=" + provider)
                .json()
                .path("items")
                .valueStream()
                .toList();
        if (items.size() != 1) {
            throw new AssertionError(items.size() + " connections at " + provider);
        }
        return items.getFirst().path("id").asText();
    }

    /** Records print what they hold. */
    @Override
    public String toString() {
        return subject;
    }
}
