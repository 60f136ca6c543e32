package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.secret.SealBroken;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an entry says to one connection and not to another. */
class ConnectionFieldsTest {

    private static final String SHOP = """
            id: acme
            name: Acme
            connection_fields:
              shop: {label: Shop name, example: books, pattern: '[a-z]+'}
              cell: {label: Cell, example: eu1.acme.example, kind: host, suffixes: [acme.example], from: /cell}
              tenant: {label: Tenant, example: t1, pattern: '[a-z0-9]+', default: common}
            authorization_url: https://{shop}.acme.example/{tenant}/authorize
            token_url: https://{shop}.acme.example/{tenant}/token
            userinfo: {url: 'https://{cell}/me'}
            headers: {api: {X-Shop: '{shop}', X-Client: '{client_id}'}, token: {X-Cell: '{cell}'}}
            authorization_params: {audience: '{shop}:{client_id}'}
            api_base_urls: ['https://{cell}/api/{shop}', 'https://{shop}.acme.example']
            """;

    private final Provider acme = TestProviders.read(SHOP, false);

    @Test
    void everyTextOfAnEntryCanHaveAField() {
        // When
        Provider books = acme.at(fields("shop", "books", "cell", "eu1.acme.example"));

        // Then
        assertThat(books.endpoints().authorization())
                .contains(URI.create("https://books.acme.example/common/authorize"));
        assertThat(books.endpoints().token()).contains(URI.create("https://books.acme.example/common/token"));
        assertThat(books.endpoints().userinfo()).contains(URI.create("https://eu1.acme.example/me"));
        assertThat(books.api().headers()).containsEntry("X-Shop", "books").containsEntry("X-Client", "{client_id}");
        assertThat(books.requests().authorizationParameters()).containsEntry("audience", "books:{client_id}");
        assertThat(books.api().baseUrls())
                .containsExactly(
                        URI.create("https://eu1.acme.example/api/books"), URI.create("https://books.acme.example"));
    }

    @Test
    void whatDependsOnSomethingThatIsNotKnownYetIsNotThere() {
        // When
        Provider books = acme.at(fields("shop", "books"));

        // Then
        assertThat(books.endpoints().token()).isPresent();
        assertThat(books.endpoints().userinfo()).isEmpty();
        assertThat(books.requests().tokenHeaders()).isEmpty();
        assertThat(books.api().baseUrls()).containsExactly(URI.create("https://books.acme.example"));
        assertThat(acme.endpoints().token()).isEmpty();
        assertThat(acme.endpoints().complete()).isEmpty();
    }

    @Test
    void aPersonIsShownTheWordsInBraces() {
        assertThat(acme.presentation().apiBaseUrls())
                .containsExactly("https://{cell}/api/{shop}", "https://{shop}.acme.example");
        assertThat(acme.presentation().exampleCommand())
                .isEqualTo("curl -H \"Authorization: Bearer $ACME_ACCESS_TOKEN\" -H \"X-Shop: {shop}\""
                        + " -H \"X-Client: {client_id}\" https://{cell}/api/{shop}");
    }

    @Test
    void whatHasToBeSaidIsWhatIsAskedAndHasNoDefault() {
        assertThat(acme.missing(ConnectionFields.NONE)).extracting(Field::name).containsExactly("shop");
        assertThat(acme.missing(fields("shop", "books"))).isEmpty();
        assertThat(acme.complete(fields("shop", "books"))).isEqualTo(fields("tenant", "common", "shop", "books"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Books", "a.b", "books/../evil", "x@evil.example", "books.evil.example"})
    void A98_aValueThatDoesNotFitIsRefusedByTheNameOfItsField(String shop) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> acme.read(Map.of("shop", shop), Field::isGiven))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
                    assertThat(problem.description())
                            .isEqualTo("The field shop (Shop name) has no proper value; one would be books.");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"cell", "shopp", "client_id", "SHOP"})
    void whatIsNotAskedCannotBeSaid(String name) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> acme.read(Map.of(name, "eu1.acme.example"), Field::isGiven))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST));
    }

    @Test
    void A101_nothingIsSentForAStoredValueThatTheEntryDoesNotLetItHave() {
        assertThatExceptionOfType(EgressFailure.class)
                .isThrownBy(() -> acme.at(fields("shop", "evil.example/")))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(EgressFailure.Kind.NOT_SENT));
        assertThatExceptionOfType(SealBroken.class)
                .isThrownBy(() -> acme.tokenEndpointOrigin(fields("shop", "evil.example/")));
        assertThatExceptionOfType(SealBroken.class).isThrownBy(() -> acme.tokenEndpointOrigin(ConnectionFields.NONE));
        assertThat(acme.apiBaseUrls(fields("shop", "evil.example/"))).isEmpty();
        assertThat(acme.revocation(fields("shop", "evil.example/"))).isEmpty();
    }

    @Test
    void A101_tokensAreSealedForTheOriginThatTheirFieldsMake() {
        assertThat(acme.tokenEndpointOrigin(fields("shop", "books")))
                .isEqualTo("https://books.acme.example shop=books tenant=common");
        assertThat(acme.tokenEndpointOrigin(fields("shop", "toys")))
                .isEqualTo("https://toys.acme.example shop=toys tenant=common");
        assertThat(TestProviders.acme().tokenEndpointOrigin(fields("shop", "toys")))
                .isEqualTo("https://login.acme.example");
    }

    @Test
    void anOperatorsFieldsAreSettingsAndTheProviderIsNotConfiguredWithoutThem() {
        // Given
        Provider declared = TestProviders.read("""
                id: acme
                name: Acme
                client_fields:
                  domain: {label: Domain, example: acme.okta.example, kind: host}
                  user_agent: {label: Agent, example: a b, kind: text, default: Grantkeeper}
                issuer: https://{domain}
                headers: {token: {User-Agent: '{user_agent}'}}
                """, false);
        Config some = TestSettings.of(Map.of("GRANTKEEPER_ACME_CLIENT_ID", "c", "GRANTKEEPER_ACME_CLIENT_SECRET", "s"));
        ClientRegistrations registrations = new ClientRegistrations(some);

        // When
        Provider unset = declared.operated(name -> Optional.empty());
        Provider wrong = declared.operated(name -> Optional.of("10.0.0.1"));
        Provider set =
                declared.operated(name -> name.equals("domain") ? Optional.of("acme.okta.example") : Optional.empty());

        // Then
        assertThatExceptionOfType(SealBroken.class).isThrownBy(() -> unset.tokenEndpointOrigin(ConnectionFields.NONE));
        assertThat(registrations.find(unset)).isEmpty();
        assertThat(registrations.find(wrong)).isEmpty();
        assertThat(registrations.find(set)).isPresent();
        assertThat(set.endpoints().issuer()).contains("https://acme.okta.example");
        assertThat(set.toString()).isEqualTo("Provider[acme]");
        assertThat(set.requests().tokenHeaders()).containsEntry("User-Agent", "Grantkeeper");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> registrations.require(unset))
                .satisfies(problem -> assertThat(problem.description())
                        .contains("The operator has not set GRANTKEEPER_ACME_DOMAIN, so"));
    }

    static ConnectionFields fields(String... pairs) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int at = 0; at < pairs.length; at += 2) {
            values.put(pairs[at], pairs[at + 1]);
        }
        return ConnectionFields.of(values);
    }
}
