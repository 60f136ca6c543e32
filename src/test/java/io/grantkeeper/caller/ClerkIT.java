package io.grantkeeper.caller;

import static io.grantkeeper.testing.Problems.assertPage;
import static io.grantkeeper.testing.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Api;
import io.grantkeeper.testing.Browser;
import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.PackagedService;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Session tokens as Clerk makes them: for a minute, in the cookie {@code __session}, without {@code aud}, with the page's
 * origin as {@code azp} and one organisation at a time, {@code org_id} in the first version and {@code o.id} in the second.
 */
class ClerkIT {

    private static final String PAGE = "https://app.example";

    private final OperatorsService operators = OperatorsService.get();
    private final String subject = operators.user().subject();
    private final String acme = "org_acme_of_" + subject;

    @ParameterizedTest
    @ValueSource(strings = {"org_id", "o.id"})
    void aUserConnectsForTheOrganisationThatIsChosenAndNoOther(String claim) {
        try (PackagedService service = operators
                .setup("clerk-" + claim.replace('.', '-'))
                .set("GRANTKEEPER_USERS_AUDIENCE", PAGE)
                .set("GRANTKEEPER_USERS_ACCOUNT_CLAIM", claim)
                .start()) {
            // Given
            URI url = service.url();
            String ofAcme = token(PAGE, claim, acme);
            Browser browser = new Browser().setCookie(url, "__session", ofAcme);

            // When
            Answer departure = browser.click(url.resolve("/api/apps/authorize?provider=telling&accountId=" + acme));
            Answer end = browser.openFromElsewhere(operators.telling().agree(departure.location(), subject));
            Answer listed = Api.cookie(url, "__session", ofAcme).get("/api/apps?accountId=" + acme);

            // Then
            assertPage(end, "connected");
            assertThat(listed.json().path("items")).hasSize(1);
            String connection = "/api/apps/" + listed.json().at("/items/0/id").asText();

            // When
            Api ofBolt = service.bearer(token(PAGE, claim, "org_bolt"));
            Answer others = ofBolt.get(connection + "?accountId=org_bolt");
            Answer foreign = ofBolt.get("/api/apps?accountId=" + acme);
            Answer alone = service.bearer(token(PAGE, claim, "")).get(connection);

            // Then
            assertProblem(others, 404, "not_found", "fix_request");
            assertProblem(foreign, 404, "not_found", "fix_request");
            assertProblem(alone, 404, "not_found", "fix_request");
        }
    }

    @Test
    void A1_aSessionOfAnotherPageIsNone() {
        try (PackagedService service = operators
                .setup("clerk-pages")
                .set("GRANTKEEPER_USERS_AUDIENCE", PAGE)
                .start()) {
            assertThat(service.bearer(token(PAGE, "org_id", acme))
                            .get("/api/apps")
                            .status())
                    .isEqualTo(200);
            for (String page : List.of("https://evil.example", PAGE + ".evil.example", "http://app.example", "")) {
                Answer answer = service.bearer(token(page, "org_id", acme)).get("/api/apps");
                assertProblem(answer, 401, "unauthenticated", "fix_request");
            }
        }
    }

    private String token(String page, String claim, String organisation) {
        Map<String, Object> claims = new HashMap<>(Map.of("sub", subject, "sid", "sess_1", "v", 2));
        if (!page.isEmpty()) {
            claims.put("azp", page);
        }
        if (!organisation.isEmpty()) {
            claims.put(
                    claim.equals("o.id") ? "o" : claim,
                    claim.equals("o.id") ? Map.of("id", organisation, "rol", "admin", "slg", "acme") : organisation);
        }
        return operators.mock().sessionToken(claims);
    }
}
