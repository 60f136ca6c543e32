package io.grantkeeper.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import io.grantkeeper.rehearsal.Result.Failed;
import io.grantkeeper.rehearsal.Result.Passed;
import io.grantkeeper.rehearsal.Result.Remarked;
import io.grantkeeper.rehearsal.Result.Skipped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/** An entry against what its issuer publishes (RFC 8414 §2, OpenID Connect Discovery §3). */
final class LiveComparison {

    private static final String UNTOLD = "not published";

    private final EntryText entry;
    private final JsonNode published;
    private final List<Step> steps = new ArrayList<>();

    private LiveComparison(EntryText entry, JsonNode published) {
        this.entry = entry;
        this.published = published;
    }

    static List<Step> of(EntryText entry, JsonNode published) {
        LiveComparison comparison = new LiveComparison(entry, published);
        comparison.compare();
        return comparison.steps;
    }

    private void compare() {
        add("issuer", same(entry.text("/issuer", ""), told("issuer")));
        endpoint("authorization_url", "/authorization_url", "authorization_endpoint");
        endpoint("token_url", "/token_url", "token_endpoint");
        endpoint("userinfo/url", "/userinfo/url", "userinfo_endpoint");
        endpoint("revocation/url", "/revocation/url", "revocation_endpoint");
        add("pkce", pkce(list("code_challenge_methods_supported")));
        add("client_auth", clientAuthentication(list("token_endpoint_auth_methods_supported")));
        add("scopes", scopes(list("scopes_supported")));
        add("authorization_response_iss_parameter_supported", issuerInCallback());
    }

    private void add(String name, Result result) {
        steps.add(new Step(name, result));
    }

    private void endpoint(String name, String pointer, String member) {
        String stated = entry.text(pointer, "");
        String told = told(member);
        if (!stated.isEmpty() && !told.isEmpty()) {
            add(name, same(stated, told));
        } else if (told.isEmpty()) {
            add(name, new Skipped(UNTOLD));
        } else if (entry.leansOnItsIssuer()) {
            add(name, new Passed(told));
        } else {
            add(name, new Remarked("published as " + told + ", and not in the entry"));
        }
    }

    /** A query in an entry's address says more than a published one does. */
    private static Result same(String stated, String told) {
        return stated.equals(told) || stated.split("\\?", 2)[0].equals(told)
                ? new Passed(told)
                : new Failed("the entry says otherwise than is published", told.isEmpty() ? UNTOLD : told, stated);
    }

    private Result pkce(Set<String> methods) {
        String stated = entry.text("/pkce", "supported");
        if (methods.isEmpty()) {
            return stated.equals("required")
                    ? new Remarked("required, the entry says, and no method is published")
                    : new Skipped(UNTOLD);
        }
        return methods.contains("S256") == !stated.equals("unsupported")
                ? new Passed(String.join(" ", methods))
                : new Failed("the entry says otherwise than is published", String.join(" ", methods), stated);
    }

    private Result clientAuthentication(Set<String> methods) {
        String stated = entry.text("/client_auth", "basic");
        if (methods.isEmpty()) {
            return new Skipped(UNTOLD);
        }
        return registered(stated).stream().anyMatch(methods::contains)
                ? new Passed(String.join(" ", methods))
                : new Failed("the entry says otherwise than is published", String.join(" ", methods), stated);
    }

    /** What the registry of RFC 8414 §7.2 calls an entry's way. */
    private static Set<String> registered(String clientAuthentication) {
        return switch (clientAuthentication) {
            case "post" -> Set.of("client_secret_post");
            case "both" -> Set.of("client_secret_basic", "client_secret_post");
            case "none" -> Set.of("none");
            default -> Set.of("client_secret_basic");
        };
    }

    /** Many publish but some of theirs. */
    private Result scopes(Set<String> supported) {
        if (supported.isEmpty()) {
            return new Skipped(UNTOLD);
        }
        Set<String> missing = new TreeSet<>(entry.map("/scopes").keySet());
        missing.removeAll(supported);
        return missing.isEmpty()
                ? new Passed("all are published")
                : new Remarked("not among those that are published: " + String.join(" ", missing));
    }

    private Result issuerInCallback() {
        boolean told =
                published.path("authorization_response_iss_parameter_supported").asBoolean();
        boolean stated = entry.flag("/authorization_response_iss_parameter_supported", false);
        if (stated && !told) {
            return new Failed("the entry says otherwise than is published", "false, or not published", "true");
        }
        return told && !stated && !entry.leansOnItsIssuer()
                ? new Remarked("published, and not in the entry: callbacks without iss would be taken")
                : new Passed(Boolean.toString(told));
    }

    private String told(String member) {
        return published.path(member).asText();
    }

    private Set<String> list(String member) {
        Set<String> list = new TreeSet<>();
        StreamSupport.stream(published.path(member).spliterator(), false)
                .map(JsonNode::asText)
                .forEach(list::add);
        return list;
    }
}
