package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderIdentityTest {

    @ParameterizedTest
    @ValueSource(strings = {"Ada Lovelace", "ada@acme.example", "Åsa Öberg", "李小龍", "<img onerror=alert(1)>", "👩 Ada"})
    void A39_aNameStaysAsItIs(String name) {
        assertThat(shown(name)).contains(name);
    }

    @ParameterizedTest
    @CsvSource({
        "'A\u0000d\u0007a', Ada",
        "'A\nd\r\na\t', Ada",
        "'\u001b[31mAda\u001b[0m', '[31mAda[0m'",
        "'\u009bAda', Ada",
        "'\u202eadA', adA",
        "'A\u200bd\ufeffa\u2066', Ada",
        "'A\u2028d\u2029a', Ada",
        "'A\ud800da', Ada",
        "'  Ada ', Ada"
    })
    void A39_whatSteersATerminalOrAPageIsTakenOut(String name, String left) {
        assertThat(shown(name)).contains(left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n", "\u0000\u202e", "\u2028"})
    void A39_aNameOfNothingElseIsNone(String name) {
        assertThat(shown(name)).isEmpty();
    }

    @Test
    void A39_aNameOfAMegabyteIsCut() {
        assertThat(shown("a".repeat(1024 * 1024))).contains("a".repeat(256));
        assertThat(shown("\u202e".repeat(1024 * 1024) + "Ada")).contains("Ada");
    }

    @Test
    void A39_aCutSplitsNoCharacter() {
        // When
        String shown = shown("😀".repeat(1_000)).orElseThrow();

        // Then
        assertThat(shown).hasSizeLessThanOrEqualTo(512).matches("(😀)+");
    }

    @Test
    void A39_theAccountIdIsTreatedLikeTheName() {
        // When
        ProviderIdentity identity =
                new ProviderIdentity("sub", Optional.of("\u202e" + "i".repeat(300)), Optional.of(" \n"));

        // Then
        assertThat(identity.accountId()).contains("i".repeat(256));
        assertThat(identity.accountName()).isEmpty();
    }

    private static Optional<String> shown(String name) {
        return new ProviderIdentity("sub", Optional.empty(), Optional.of(name)).accountName();
    }
}
