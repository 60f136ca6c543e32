package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.secret.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientRegistrationsTest {

    private static final String ENTRY = """
            id: my-crm
            name: My CRM
            issuer: https://crm.example
            """;

    private final Provider google = Providers.of(BuiltInProviders.load()).require("google");
    private final Provider crm = TestProviders.of(ENTRY);

    @Test
    void aRegistrationComesFromTheSettings() {
        // Given
        ClientRegistrations registrations =
                registrations(Map.of("GRANTKEEPER_MY_CRM_CLIENT_ID", "id", "GRANTKEEPER_MY_CRM_CLIENT_SECRET", "hush"));

        // When
        ClientRegistration registration = registrations.require(crm);

        // Then
        assertThat(registration).isEqualTo(new ClientRegistration("id", Optional.of(Secret.of("hush"))));
        assertThat(registration.toString()).doesNotContain("hush");
    }

    @Test
    void whatIsMissingIsNamedByItsVariables() {
        // Given
        ClientRegistrations registrations = registrations(Map.of("GRANTKEEPER_GOOGLE_CLIENT_ID", "id"));

        // Then
        assertThatThrownBy(() -> registrations.require(google)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.PROVIDER_NOT_CONFIGURED);
            assertThat(problem.description())
                    .contains("GRANTKEEPER_GOOGLE_CLIENT_SECRET")
                    .doesNotContain("GRANTKEEPER_GOOGLE_CLIENT_ID");
        });
        assertThat(registrations.find(google)).isEmpty();
    }

    @Test
    void anEmptySettingIsAMissingOne() {
        // Given
        ClientRegistrations registrations =
                registrations(Map.of("GRANTKEEPER_GOOGLE_CLIENT_ID", "id", "GRANTKEEPER_GOOGLE_CLIENT_SECRET", " "));

        // Then
        assertThat(registrations.find(google)).isEmpty();
    }

    @Test
    void aPublicClientHasNoSecret() {
        // Given
        Provider open = TestProviders.of(ENTRY + "client_auth: none");

        // When
        ClientRegistration registration =
                registrations(Map.of("GRANTKEEPER_MY_CRM_CLIENT_ID", "id")).require(open);

        // Then
        assertThat(registration.secret()).isEmpty();
    }

    @Test
    void aPublicClientThatIsMissingNeedsNoSecretEither() {
        // Given
        Provider open = TestProviders.of(ENTRY + "client_auth: none");

        // Then
        assertThatThrownBy(() -> registrations(Map.of()).require(open))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.description())
                            .contains("GRANTKEEPER_MY_CRM_CLIENT_ID")
                            .doesNotContain("SECRET");
                });
    }

    @Test
    void aKeyThatCannotBeReadIsNamedByItsVariableAndNotByItsContent() {
        // Given
        Provider signing = TestProviders.of(
                ENTRY + "client_auth: post\nclient_secret_jwt: {audience: a, issuer: b, key_id: c, ttl: 60}");
        Map<String, String> settings =
                Map.of("GRANTKEEPER_MY_CRM_CLIENT_ID", "id", "GRANTKEEPER_MY_CRM_CLIENT_SECRET", "hush");

        // Then
        assertThatThrownBy(() -> registrations(settings).require(signing))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.code()).isEqualTo(ProblemCode.PROVIDER_NOT_CONFIGURED);
                    assertThat(problem.description())
                            .contains("GRANTKEEPER_MY_CRM_CLIENT_SECRET", "no private key")
                            .doesNotContain("hush");
                });
        assertThat(registrations(settings).find(signing)).isEmpty();
        assertThat(registrations(Map.of(
                                "GRANTKEEPER_MY_CRM_CLIENT_ID",
                                "id",
                                "GRANTKEEPER_MY_CRM_CLIENT_SECRET",
                                TestKeys.pem().reveal()))
                        .find(signing))
                .isPresent();
    }

    @Test
    void theProviderSendsTheBrowserBackToThePublicUrl() {
        // Given
        ClientRegistrations usual = registrations(Map.of());
        ClientRegistrations published = registrations(Map.of("GRANTKEEPER_PUBLIC_URL", "https://dash.example/"));

        // Then
        assertThat(usual.redirectUri(google)).isEqualTo(URI.create("http://127.0.0.1:8080/api/apps/callback"));
        assertThat(published.redirectUri(google)).isEqualTo(URI.create("https://dash.example/api/apps/callback"));
    }

    @Test
    void anOperatorsOwnProviderHasACallbackOfItsOwn() {
        assertThat(registrations(Map.of()).redirectUri(crm))
                .isEqualTo(URI.create("http://127.0.0.1:8080/api/apps/callback/my-crm"));
    }

    @Test
    void aClientMayBeRegisteredWithAnotherPath() {
        // Given
        ClientRegistrations registrations =
                registrations(Map.of("GRANTKEEPER_MY_CRM_REDIRECT_URI", "http://localhost:8888/callback"));

        // Then
        assertThat(registrations.redirectUri(crm)).isEqualTo(URI.create("http://localhost:8888/callback"));
    }

    private static ClientRegistrations registrations(Map<String, String> environment) {
        return new ClientRegistrations(TestSettings.of(environment));
    }
}
