package io.grantkeeper.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.grantkeeper.oauth.AuthorizationRequest;
import io.grantkeeper.oauth.Meaning;
import io.grantkeeper.oauth.OutcomeRule;
import io.grantkeeper.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whatever a file in an operator's folder holds is refused with its faults, or is a provider that can be used.
 *
 * <p>An input is an entry in YAML, or a manifest where it begins with a brace. In values it says {@value #HIDDEN}, which
 * no fault repeats.
 */
class EntryReaderFuzzTest {

    private static final String HIDDEN = "hushhushhush";
    private static final Duration LONGEST_LIFE = Duration.ofDays(3650);
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final EntryReader READER = new EntryReader(true, Providers.of(BuiltInProviders.load()), id -> false);

    @FuzzTest
    void A12_A100_whatIsTakenIsAProviderThatCanBeUsed(byte[] input) {
        String text = new String(input, UTF_8);
        EntryFile file = new EntryFile(text.startsWith("{") ? "fuzz.json" : "fuzz.yaml", text);
        try {
            if (READER.read(file) instanceof Entry.Definition(String name, int line, Provider provider)) {
                assertThat(name).isEqualTo(file.name());
                assertThat(line).isPositive();
                assertCanBeUsed(provider);
                assertIsReadAlikeAgain(file, provider);
            }
        } catch (EntryRefused refused) {
            assertTells(file, refused);
        }
    }

    private static void assertTells(EntryFile file, EntryRefused refused) {
        long lines = file.text().lines().count() + 1;
        assertThat(refused.faults()).isNotEmpty().allSatisfy(fault -> {
            assertThat(fault.file()).isEqualTo(file.name());
            assertThat((long) fault.line()).isBetween(0L, lines);
            assertThat(fault.reason()).isNotBlank();
        });
        if (!hasTreeWith(file, HIDDEN)) {
            assertThat(refused.faults()).noneMatch(fault -> fault.reason().contains(HIDDEN));
        }
    }

    /** Whether it stands where a fault may name it: in a key, in a scope, or below one. */
    private static boolean hasTreeWith(EntryFile file, String word) {
        try {
            JsonNode tree = file.tree();
            return hasKeyWith(tree, word)
                    || Stream.of("/required_scopes", "/default_scopes", "/services", "/oauth/scopes")
                            .anyMatch(place -> tree.at(place).toString().contains(word));
        } catch (EntryRefused noTree) {
            return false;
        }
    }

    private static boolean hasKeyWith(JsonNode tree, String word) {
        return tree.properties().stream().anyMatch(each -> each.getKey().contains(word))
                || tree.valueStream().anyMatch(each -> hasKeyWith(each, word));
    }

    private static void assertCanBeUsed(Provider provider) {
        assertThat(provider.id().matches("[a-z0-9][a-z0-9-]{0,62}")).as("id").isTrue();
        assertThat(provider.allowPrivate()).isFalse();
        assertAddresses(provider);
        assertScopes(provider.scopes());
        assertLifetimes(provider.refresh());
        assertThat(provider.dialect().outcomes().rules()).noneMatch(EntryReaderFuzzTest::endsGrantsByAnOverload);
        provider.endpoints().authorization().ifPresent(endpoint -> assertRequest(provider, endpoint));
        assertThat(provider.requests().tokenHeaders().values()).allMatch(value -> value.matches("[ -~]*"));
    }

    private static void assertAddresses(Provider provider) {
        DeclaredEndpoints endpoints = provider.endpoints();
        Stream.of(
                        endpoints.authorization().stream(),
                        endpoints.token().stream(),
                        endpoints.userinfo().stream(),
                        endpoints.issuer().stream().map(URI::create),
                        provider.api().baseUrls().stream(),
                        endpoints.revocation().stream().map(revocation -> revocation.uri("x y/@:é")))
                .flatMap(each -> each)
                .forEach(EntryReaderFuzzTest::assertAddress);
        endpoints
                .revocation()
                .ifPresent(
                        revocation -> assertThat(revocation.uri("other.example").getRawAuthority())
                                .as("where tokens are sent to be revoked")
                                .isEqualTo(revocation.uri("x").getRawAuthority()));
        assertThat(URI.create(provider.tokenEndpointOrigin()).getHost()).isNotBlank();
    }

    private static void assertAddress(URI address) {
        assertThat(address.getScheme()).isEqualToIgnoringCase("https");
        assertThat(address.getHost()).isNotBlank().doesNotStartWith("[");
        assertThat(address.getPort()).isIn(-1, 443);
        assertThat(address.getRawUserInfo()).isNull();
        assertThat(address.getRawFragment()).isNull();
        assertThat(address.getHost().matches("(?i)[0-9.]+|(.*\\.)?localhost\\.?"))
                .isFalse();
    }

    private static void assertScopes(Scopes scopes) {
        assertThat(scopes.labels().keySet())
                .containsAll(scopes.required())
                .containsAll(scopes.defaults())
                .allMatch(scope -> scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}"));
        assertThat(scopes.choose(List.of()))
                .isSubsetOf(scopes.labels().keySet())
                .containsAll(scopes.required());
    }

    private static void assertLifetimes(Refresh refresh) {
        assertThat(refresh.reuseGrace()).isBetween(Duration.ZERO, Duration.ofDays(1));
        Stream.of(
                        refresh.accessTokenLifetime(),
                        refresh.idleLimit(),
                        refresh.grant().map(Refresh.Limit::after),
                        refresh.testing())
                .flatMap(Optional::stream)
                .forEach(each -> assertThat(each).isBetween(Duration.ofSeconds(1), LONGEST_LIFE));
    }

    /** Rule by rule, without the table's own look at the status. */
    private static boolean endsGrantsByAnOverload(OutcomeRule rule) {
        return (rule.meaning() == Meaning.DEAD || rule.meaning() == Meaning.RECONSENT)
                && (rule.error().isEmpty()
                        || rule.status()
                                .filter(status -> status / 100 != 4 && status / 100 != 2)
                                .isPresent());
    }

    /** What the entry adds to a request takes nothing of ours away. */
    private static void assertRequest(Provider provider, URI endpoint) {
        URI request = new AuthorizationRequest(
                        endpoint,
                        "client",
                        URI.create("https://keeper.example/callback"),
                        provider.scopesFor(List.of()),
                        provider.scopes().separator(),
                        Secret.of("state"),
                        Optional.of("challenge"),
                        Optional.of("nonce"),
                        provider.requests().names(),
                        provider.requests().authorizationParameters())
                .toUri();
        List<String> names = Stream.of(request.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2)[0])
                .toList();
        for (String ours : List.of("client_id", "redirect_uri", "response_type", "state", "nonce", "code_challenge")) {
            String theirs = provider.requests().names().theirs().getOrDefault(ours, ours);
            assertThat(names).filteredOn(theirs::equalsIgnoreCase).hasSize(1);
        }
    }

    private static void assertIsReadAlikeAgain(EntryFile file, Provider provider) {
        if (file.isJson()) {
            return;
        }
        JsonNode tree = file.tree();
        assertThat(provider.dialect().outcomes().rules().stream()
                        .filter(rule -> rule.status().isPresent()))
                .as("no rule loses its status")
                .hasSize((int) tree.path("token_errors")
                        .valueStream()
                        .filter(rule -> rule.has("status"))
                        .count());
        Entry again = READER.read(new EntryFile(file.name(), printed(tree)));
        assertThat(again)
                .isInstanceOfSatisfying(
                        Entry.Definition.class,
                        definition -> assertThat(definition.provider()).isEqualTo(provider));
    }

    private static String printed(JsonNode tree) {
        try {
            return YAML.writeValueAsString(tree);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
