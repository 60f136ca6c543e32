package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.oauth.Meaning;
import io.grantkeeper.oauth.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What providers' token endpoints answer, body by body, and what it means. */
class TokenAnswersTest {

    private static final Optional<Duration> WAIT = Optional.of(Duration.ofSeconds(7));

    private static final Provider PLAIN = TestProviders.acme();

    private static final Providers PROVIDERS = Providers.of(
            Stream.concat(BuiltInProviders.load().stream(), Stream.of(PLAIN)).toList());

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # fault | provider | status | meaning         | body
            F52 | acme       | 200 | uncertain           | ``
            F52 | acme       | 200 | uncertain           | {"access_token":"at","refresh_to
            F52 | google     | 200 | uncertain           | {"access_token":"ya29.a0","expires_in":35
            F52 | twitch     | 200 | uncertain           | <html>
            F52 | slack      | 200 | uncertain           | {"ok":true}
            F54 | slack      | 200 | dead                | {"ok":false,"error":"invalid_refresh_token"}
            F54 | slack      | 200 | dead                | {"ok":false,"error":"token_revoked"}
            F54 | slack      | 200 | suspect             | {"ok":false,"error":"not_listed_anywhere"}
            F54 | slack      | 200 | suspect             | {"ok":false}
            F54 | github     | 200 | dead                | error=bad_refresh_token&error_description=The+refresh+token+passed+is+incorrect+or+expired.&error_uri=https%3A%2F%2Fdocs.github.com
            F54 | github     | 200 | dead                | {"error":"bad_refresh_token","error_description":"The refresh token passed is incorrect or expired."}
            F54 | twitch     | 400 | dead                | {"status":400,"message":"Invalid refresh token"}
            F54 | twitch     | 400 | dead                | {"error":"Bad Request","status":400,"message":"Invalid refresh token"}
            F54 | acme       | 400 | transient           | {"status":400,"message":"Invalid refresh token"}
            F54 | twitch     | 500 | transient           | {"status":500,"message":"Invalid refresh token"}
            F54 | atlassian  | 403 | dead                | {"error":"unauthorized_client","error_description":"refresh_token is invalid"}
            F54 | atlassian  | 403 | dead                | {"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}
            F54 | google     | 400 | dead                | {"error":"invalid_grant","error_description":"Token has been expired or revoked."}
            F54 | spotify    | 400 | dead                | {"error":"invalid_grant","error_description":"Refresh token revoked"}
            F54 | quickbooks | 400 | dead                | {"error":"invalid_grant"}
            F54 | xero       | 400 | dead                | {"error":"invalid_grant"}
            F54 | acme       | 400 | dead                | {"error":"invalid_grant","error_description":"expired access/refresh token"}
            F54 | acme       | 400 | reconsent           | {"error":"interaction_required","error_description":"AADSTS50076: multi-factor authentication is needed"}
            F54 | zoho       | 200 | dead                | {"error":"invalid_code"}
            F56 | google     | 429 | transient           | {"error":"invalid_grant"}
            F56 | google     | 429 | transient           | ``
            F56 | slack      | 429 | transient           | {"ok":false,"error":"ratelimited"}
            F56 | slack      | 200 | transient           | {"ok":false,"error":"internal_error"}
            F56 | slack      | 200 | transient           | {"ok":false,"error":"fatal_error"}
            F56 | zoho       | 400 | transient           | {"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}
            F56 | acme       | 400 | suspect             | {"error":"Access Denied"}
            F56 | acme       | 400 | transient           | <html>Access Denied</html>
            F56 | acme       | 400 | transient           | {"error":"temporarily_unavailable"}
            F56 | acme       | 400 | transient           | {"error":"slow_down"}
            F56 | acme       | 503 | transient           | <html>Service Unavailable</html>
            F57 | google     | 401 | misconfigured       | {"error":"invalid_client","error_description":"The OAuth client was not found."}
            F57 | spotify    | 400 | misconfigured       | {"error":"invalid_client","error_description":"Invalid client secret"}
            F57 | github     | 200 | misconfigured       | error=incorrect_client_credentials&error_description=The+client_id+and%2For+client_secret+passed+are+incorrect.
            F57 | github     | 200 | misconfigured       | {"error":"redirect_uri_mismatch"}
            F57 | slack      | 200 | misconfigured       | {"ok":false,"error":"bad_client_secret"}
            F57 | slack      | 200 | misconfigured       | {"ok":false,"error":"invalid_client_id"}
            F57 | slack      | 200 | misconfigured       | {"ok":false,"error":"bad_redirect_uri"}
            F57 | slack      | 200 | maybe_misconfigured | {"ok":false,"error":"invalid_grant_type"}
            F57 | twitch     | 400 | misconfigured       | {"status":400,"message":"invalid client"}
            F57 | twitch     | 403 | misconfigured       | {"status":403,"message":"invalid client secret"}
            F57 | atlassian  | 401 | misconfigured       | {"error":"unauthorized_client","error_description":"Unauthorized"}
            F57 | atlassian  | 403 | misconfigured       | {"error":"unauthorized_client"}
            F57 | quickbooks | 401 | misconfigured       | {"error":"invalid_client"}
            F57 | acme       | 400 | maybe_misconfigured | {"error":"invalid_request"}
            F57 | acme       | 400 | maybe_misconfigured | {"error":"unsupported_grant_type"}
            F57 | acme       | 401 | maybe_misconfigured | ``
            F57 | acme       | 404 | maybe_misconfigured | {"status":404,"error":"Not Found","path":"/token"}
            F57 | acme       | 302 | maybe_misconfigured | ``
            F58 | acme       | 500 | transient           | {"error":"invalid_grant"}
            F58 | acme       | 400 | suspect             | {"error":"something_new"}
            """)
    void aRefusalMeansWhatItsProviderMeansByIt(String fault, String provider, int status, String meaning, String body) {
        assertThat(outcome(provider, status, body))
                .as(fault)
                .isEqualTo(Meaning.of(meaning).outcome(WAIT));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # fault | provider | refresh token | seconds | body
            F55 | acme       | rt | 3600  | access_token=at&refresh_token=rt&expires_in=3600&token_type=bearer&scope=a%2Cb
            F55 | github     | rt | 28800 | access_token=ghu_1&expires_in=28800&refresh_token=rt&refresh_token_expires_in=15897600&scope=&token_type=bearer
            F59 | google     |    | 3599  | {"access_token":"ya29.a0","expires_in":3599,"scope":"openid","token_type":"Bearer"}
            F59 | spotify    |    | 3600  | {"access_token":"BQ","token_type":"Bearer","expires_in":3600,"scope":"user-top-read"}
            F60 | slack      |    |       | {"ok":true,"access_token":"xoxb-1","token_type":"bot","scope":"chat:write"}
            F60 | acme       | rt |       | {"access_token":"at","refresh_token":"rt","expires_in":0}
            F60 | acme       | rt |       | {"access_token":"at","refresh_token":"rt","expires_in":-1}
            F60 | acme       | rt | 3600  | {"access_token":"at","refresh_token":"rt","expires_in":"3600"}
            F60 | acme       | rt | 315360000 | {"access_token":"at","refresh_token":"rt","expires_in":1000000000000000000}
            F60 | quickbooks | rt | 3600  | {"x_refresh_token_expires_in":8726400,"refresh_token":"rt","access_token":"eyJ","token_type":"bearer","expires_in":3600}
            F60 | twitch     | rt | 14124 | {"access_token":"at","expires_in":14124,"refresh_token":"rt","scope":["chat:read"],"token_type":"bearer"}
            """)
    void aGrantIsRead(String fault, String provider, String refreshToken, Long seconds, String body) {
        assertThat(outcome(provider, 200, body)).as(fault).isInstanceOfSatisfying(Outcome.Granted.class, granted -> {
            assertThat(granted.tokens().refreshToken().map(token -> token.reveal()))
                    .isEqualTo(Optional.ofNullable(refreshToken));
            assertThat(granted.tokens().expiresIn())
                    .isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds));
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # seconds | what a token answer tells of the refresh token's lifetime
            15897600  | "refresh_token_expires_in":15897600
            604799    | "refresh_token_expires_in":"604799"
            2592000   | "refresh_expires_in":2592000
            3600      | "refresh_token_expires_in":3600.5,"refresh_expires_in":60
            60        | "refresh_token_expires_in":null,"refresh_expires_in":60
            315360000 | "refresh_token_expires_in":1000000000000000000
                      | "refresh_expires_in":0
                      | "refresh_token_expires_in":-1
                      | "refresh_token_expires_in":true
                      | "refresh_token_expires_in":"soon"
                      | "refresh_token_expires_at":1893456000
            """)
    void aRefreshTokensLifetimeIsReadWhereItIsTold(Long seconds, String told) {
        assertThat(outcome("acme", 200, "{\"access_token\":\"at\",\"expires_in\":60," + told + "}"))
                .isInstanceOfSatisfying(
                        Outcome.Granted.class,
                        granted -> assertThat(granted.tokens().refreshExpiresIn())
                                .isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds)));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void I3_noProvidersOverloadOrGarbleEndsAGrant(String provider) {
        List<Integer> statuses = List.of(301, 302, 307, 408, 425, 429, 500, 501, 502, 503, 504, 520, 599);

        for (int status : statuses) {
            for (String body : bodies()) {
                assertThat(outcome(provider, status, body))
                        .as("%s %d %s", provider, status, body)
                        .isNotInstanceOf(Outcome.Dead.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void I3_noUnreadableAnswerEndsAGrantWhateverItsStatus(String provider) {
        for (int status = 100; status < 600; status++) {
            for (String body :
                    List.of("", "<html>invalid_grant</html>", "{}", "{\"error\":", "[]", "Invalid refresh token")) {
                assertThat(outcome(provider, status, body))
                        .as("%s %d %s", provider, status, body)
                        .isNotInstanceOf(Outcome.Dead.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void I3_aClientThatIsNotWelcomeEndsNoGrant(String provider) {
        for (int status : List.of(200, 400, 401, 403)) {
            assertThat(outcome(
                            provider,
                            status,
                            "{\"error\":\"invalid_client\",\"error_description\":\"refresh_token is invalid\"}"))
                    .isInstanceOf(Outcome.Misconfigured.class);
        }
    }

    static Stream<String> providers() {
        return PROVIDERS.all().stream().map(Provider::id);
    }

    /** Everything that ends a grant somewhere, in every form and at every place that is read. */
    private static List<String> bodies() {
        List<String> codes = List.of(
                "invalid_grant",
                "bad_refresh_token",
                "invalid_refresh_token",
                "refresh_token_expired",
                "token_revoked",
                "token_expired",
                "interaction_required",
                "consent_required",
                "login_required",
                "unauthorized_client",
                "invalid_code",
                "Invalid refresh token");
        return codes.stream()
                .flatMap(code -> Stream.of(
                        "{\"error\":\"" + code + "\",\"error_description\":\"refresh_token is invalid\"}",
                        "{\"ok\":false,\"error\":\"" + code + "\"}",
                        "{\"message\":\"" + code + "\"}",
                        "error=" + code,
                        code))
                .toList();
    }

    private static Outcome outcome(String provider, int status, String body) {
        return PROVIDERS.require(provider).dialect().outcome(status, body, WAIT);
    }
}
