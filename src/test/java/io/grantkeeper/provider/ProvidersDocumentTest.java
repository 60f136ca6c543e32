package io.grantkeeper.provider;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.grantkeeper.rehearsal.EntryText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which providers there are and what is particular about each: the document is made of their entries. */
class ProvidersDocumentTest {

    private static final Path DOCUMENT = Path.of("docs/providers.md");
    private static final Path MADE = Path.of("target/providers.md");
    private static final Path LEFT_OUT = Path.of("src/test/resources/providers-left-out.yaml");

    private static final Map<String, String> SEPARATORS = Map.of(",", "commas", ";", "semicolons", "+", "plus signs");
    private static final List<String> TOKENS = List.of("access_token", "refresh_token", "expires_in", "scope");

    @Test
    void theDocumentIsMadeOfTheEntries() throws IOException {
        // When
        String made = document();
        Files.createDirectories(MADE.getParent());
        Files.writeString(MADE, made);

        // Then
        assertThat(Files.readString(DOCUMENT))
                .as("where entries were meant to change: cp " + MADE + " " + DOCUMENT)
                .isEqualTo(made);
    }

    @Test
    void aProviderIsBuiltInOrLeftOutAndNotBoth() throws IOException {
        // When
        List<String> builtIn = entries().stream().map(EntryText::id).toList();
        List<String> leftOut = leftOut().properties().stream()
                .flatMap(group -> group.getValue().properties().stream())
                .map(Map.Entry::getKey)
                .toList();

        // Then
        assertThat(leftOut).doesNotHaveDuplicates().doesNotContainAnyElementsOf(builtIn);
    }

    private static String document() throws IOException {
        List<EntryText> entries = entries();
        return """
                # Built-in providers
                Made of the entries in `src/main/resources/providers` by `ProvidersDocumentTest`; there are %d. Each of them needs
                a client of one's own, `GRANTKEEPER_<ID>_CLIENT_ID` and `GRANTKEEPER_<ID>_CLIENT_SECRET`, and some another
                setting, which is said. What *a person is asked for* comes before consent: `field.<name>` of `GET /api/apps/authorize`.

                *Scopes*: how many are offered, and how many of them are asked where none is chosen. *Access token*: how long
                it lives where its answer does not say. *Refresh*: whether refresh tokens are issued and replaced, and after how
                long without use they end. *Sure*: `verified` means that the addresses of authorization and token endpoint stand
                in two sources or in the vendor's documentation, `single` that they stand in one; what is called a hint beside
                it is less sure than that. What is not said is as the standards have it.

                | provider | id | scopes | particular | access token | refresh | removed at the provider | sure |
                | --- | --- | --- | --- | --- | --- | --- | --- |
                %s
                ## Left out
                These were looked at as well.

                %s""".formatted(
                        entries.size(),
                        entries.stream().map(ProvidersDocumentTest::row).collect(joining()),
                        leftOut().properties().stream()
                                .map(group -> left(group.getKey(), group.getValue()))
                                .collect(joining("\n")));
    }

    private static List<EntryText> entries() {
        Comparator<EntryText> byName =
                Comparator.comparing(entry -> entry.text("/name", ""), String.CASE_INSENSITIVE_ORDER);
        return BuiltInEntries.texts().stream()
                .sorted(byName.thenComparing(EntryText::id))
                .toList();
    }

    private static JsonNode leftOut() throws IOException {
        return new YAMLMapper().readTree(LEFT_OUT.toFile());
    }

    private static String left(String reason, JsonNode providers) {
        return reason + "\n\n| id | why |\n| --- | --- |\n"
                + providers.properties().stream()
                        .map(each -> cells(code(each.getKey()), each.getValue().asText()))
                        .collect(joining());
    }

    private static String row(EntryText entry) {
        return cells(
                entry.text("/name", ""),
                code(entry.id()),
                scopes(entry),
                sentence(particular(entry)),
                lifetime(entry),
                refresh(entry),
                revocation(entry),
                sure(entry));
    }

    private static String cells(String... cells) {
        return Stream.of(cells).map(cell -> cell.replace("|", "\\|")).collect(joining(" | ", "| ", " |\n"));
    }

    private static String scopes(EntryText entry) {
        int offered = entry.map("/scopes").size();
        long usual = entry.flag("/scope_picker", true)
                ? Stream.of("/required_scopes", "/default_scopes")
                        .flatMap(key -> entry.list(key).stream())
                        .distinct()
                        .count()
                : offered;
        return offered == 0 ? "none" : offered + ", usually " + usual;
    }

    private static List<String> particular(EntryText entry) {
        List<String> words = new ArrayList<>();
        fields(entry, words);
        authorization(entry, words);
        tokenRequests(entry, words);
        tokenAnswers(entry, words);
        users(entry, words);
        return words;
    }

    private static void fields(EntryText entry, List<String> words) {
        String variable = entry.id().toUpperCase(Locale.ROOT).replace('-', '_');
        entry.map("/client_fields")
                .keySet()
                .forEach(name ->
                        words.add("setting " + code("GRANTKEEPER_" + variable + "_" + name.toUpperCase(Locale.ROOT))));
        entry.map("/connection_fields")
                .keySet()
                .forEach(name -> words.add(entry.text("/connection_fields/" + name + "/from")
                        .map(from -> "tells " + code(name) + " " + by(from))
                        .orElse("a person is asked for " + code(name))));
        if (entry.has("/callback/hmac")) {
            words.add("signed callback");
        }
        entry.text("/callback/code").ifPresent(name -> words.add("the code is called " + code(name)));
    }

    private static String by(String place) {
        return switch (place.substring(0, place.indexOf('/'))) {
            case "callback:" -> "in the callback";
            case "accounts:" -> "in a list of accounts";
            case "userinfo:" -> "in userinfo";
            case "id_token:" -> "in the ID token";
            case "access_token:" -> "in the access token";
            default -> "in the token answer";
        };
    }

    private static void authorization(EntryText entry, List<String> words) {
        if (entry.text("/pkce", "").equals("unsupported")) {
            words.add("no PKCE");
        }
        if (!entry.flag("/token_response/nonce", true)) {
            words.add("no nonce");
        }
        entry.map("/param_names")
                .forEach((standard, theirs) -> words.add(code(standard) + " is called " + code(theirs)));
        entry.text("/scope_separator").map(SEPARATORS::get).ifPresent(by -> words.add("scopes separated by " + by));
        named(entry, "/scope_params", "some scopes asked as ").ifPresent(words::add);
        if (!entry.flag("/scope_picker", true)) {
            words.add("scopes are not chosen");
        }
        named(entry, "/authorization_params", "authorization with ").ifPresent(words::add);
    }

    private static void tokenRequests(EntryText entry, List<String> words) {
        switch (entry.text("/client_auth", "basic")) {
            case "post" -> words.add("client secret in the body");
            case "basic_raw" -> words.add("Basic credentials that are not form-encoded");
            case "none" -> words.add("public client");
            default -> {}
        }
        if (entry.has("/client_secret_jwt")) {
            words.add("client secret signed with a key that the setting holds");
        }
        switch (entry.text("/token_body", "form")) {
            case "json" -> words.add("JSON token requests");
            case "query" -> words.add("token requests by GET, the client secret in the query");
            default -> {}
        }
        named(entry, "/token_params", "exchange with ").ifPresent(words::add);
        named(entry, "/refresh_params", "refresh with ").ifPresent(words::add);
        named(entry, "/headers/token", "token requests with the header ").ifPresent(words::add);
        if (entry.has("/refresh/upgrade")) {
            words.add("a second call for a token that lives long");
        }
        if (entry.has("/refresh_url")) {
            words.add("refresh at an address of its own");
        }
        if (entry.list("/grants").contains("client_credentials")) {
            words.add("client credentials too");
        }
    }

    private static void tokenAnswers(EntryText entry, List<String> words) {
        if (TOKENS.stream().anyMatch(token -> entry.has("/token_response/" + token))) {
            words.add("token answers with places of their own");
        }
        entry.text("/token_response/also").ifPresent(other -> words.add("may connect " + code(other) + " at once"));
        entry.text("/token_response/prefix")
                .ifPresent(prefix -> words.add("token answers that begin with " + code(prefix)));
        if (entry.has("/token_response/expires_at")) {
            words.add("tells the time of a token's end");
        }
        entry.list("/token_response/token_types").forEach(type -> words.add("token type " + code(type)));
        if (entry.has("/token_response/error") || entry.has("/token_errors")) {
            words.add("error codes of its own");
        }
        if (entry.has("/granted_as")) {
            words.add("answers scopes by other names");
        }
    }

    private static void users(EntryText entry, List<String> words) {
        String subject = entry.text("/identity/subject", "");
        if (subject.startsWith("/")) {
            words.add("user told by the token answer");
        } else if (subject.startsWith("access_token:")) {
            words.add("user told by the access token");
        } else if (!entry.has("/userinfo/url")) {
            words.add(entry.map("/scopes").containsKey("openid") ? "user told by the ID token" : "user not told");
        }
        if (entry.text("/userinfo/method", "GET").equals("POST")) {
            words.add(entry.has("/userinfo/body") ? "user asked for by GraphQL" : "user asked for by POST");
        }
        named(entry, "/headers/api", "API calls with the header ").ifPresent(words::add);
        entry.text("/access_token_in/header").ifPresent(header -> words.add("token in the header " + code(header)));
        entry.text("/access_token_in/query").ifPresent(name -> words.add("token in the query as " + code(name)));
        entry.text("/access_token_in/scheme").ifPresent(scheme -> words.add("token with the scheme " + code(scheme)));
    }

    private static Optional<String> named(EntryText entry, String key, String before) {
        return Optional.of(entry.map(key).keySet())
                .filter(names -> !names.isEmpty())
                .map(names -> names.stream().map(ProvidersDocumentTest::code).collect(joining(", ", before, "")));
    }

    private static String lifetime(EntryText entry) {
        return entry.number("/refresh/access_token_ttl")
                .map(ProvidersDocumentTest::duration)
                .or(() -> entry.text("/token_lifetime"))
                .orElse("");
    }

    private static String refresh(EntryText entry) {
        String issued = switch (entry.text("/refresh/issues_refresh_token", "unknown")) {
            case "always" -> "yes";
            case "never" -> "no";
            case "offline_scope" -> "with a scope";
            case "param" -> "with a parameter";
            default -> "perhaps";
        };
        if (entry.has("/refresh/renews_itself")) {
            return "no, the access token renews itself";
        }
        if (issued.equals("no")) {
            return issued;
        }
        return issued + ", " + rotation(entry)
                + limit(entry, "refresh_token_ttl", "idle")
                + limit(entry, "grant_ttl", "at most")
                + limit(entry, "testing_ttl", "in testing");
    }

    private static String limit(EntryText entry, String key, String word) {
        Function<Integer, String> limit = seconds -> ", " + word + " " + duration(seconds);
        return entry.number("/refresh/" + key).map(limit).orElse("");
    }

    /** What is only hinted at is not relied on. */
    private static String rotation(EntryText entry) {
        boolean stays = !entry.flag("/refresh/rotates", true);
        if (!entry.has("/refresh/rotates") || (stays && entry.list("/hints").contains("refresh/rotates"))) {
            return "taken to rotate";
        }
        return stays ? "stays" : "rotates";
    }

    private static String revocation(EntryText entry) {
        if (!entry.has("/revocation")) {
            return "no";
        }
        String token = entry.text("/revocation/token")
                .map(only -> ", by the " + only.replace('_', ' '))
                .orElse("");
        return switch (entry.text("/revocation/style", "rfc7009")) {
            case "bearer" -> "with the token as credential";
            case "github" -> "in GitHub's way";
            default ->
                entry.has("/revocation/params") || entry.has("/revocation/method") || entry.has("/revocation/body")
                        ? "in its own way" + token
                        : "RFC 7009" + token;
        };
    }

    private static String sure(EntryText entry) {
        String hints =
                entry.list("/hints").stream().map(ProvidersDocumentTest::code).collect(joining(", "));
        return entry.text("/confidence", "") + (hints.isEmpty() ? "" : "; a hint: " + hints);
    }

    private static String duration(int seconds) {
        if (seconds % 86400 == 0) {
            return seconds / 86400 + " d";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + " h" : seconds / 60 + " min";
    }

    private static String sentence(List<String> words) {
        return String.join("; ", words);
    }

    private static String code(String word) {
        return "`" + word + "`";
    }
}
