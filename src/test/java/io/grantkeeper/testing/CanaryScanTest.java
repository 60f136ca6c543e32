package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CanaryScanTest {

    private static final String SECRET = "se/cr+et \"no. 0123456789abcdef";
    private static final byte[] BYTES = SECRET.getBytes(UTF_8);

    @TempDir
    private Path folder;

    static Stream<String> forms() {
        return Stream.of(
                SECRET,
                Base64.getEncoder().encodeToString(BYTES),
                Base64.getUrlEncoder().withoutPadding().encodeToString(BYTES),
                Base64.getEncoder().encodeToString(("i:" + SECRET + "!").getBytes(UTF_8)),
                Base64.getEncoder().encodeToString(("id:" + SECRET).getBytes(UTF_8)),
                Base64.getEncoder().encodeToString(("ident:" + SECRET + "??").getBytes(UTF_8)),
                HexFormat.of().formatHex(BYTES),
                HexFormat.of().withUpperCase().formatHex(BYTES),
                "se%2Fcr%2Bet+%22no.+0123456789abcdef",
                "se/cr+et \\\"no. 0123456789abcdef");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aSecretIsFoundInEveryForm(String form) throws IOException {
        // Given
        Path log = Files.writeString(folder.resolve("some.log"), "one line\nand token=" + form + ", another\n");

        // When
        List<CanaryScan.Finding> findings = new CanaryScan(Map.of(SECRET, "token")).search(List.of(folder));

        // Then
        assertThat(findings).isNotEmpty();
        assertThat(findings.getFirst().toString()).startsWith(log + ":2: token").doesNotContain(form);
    }

    @Test
    void whatIsNoSecretIsNotFound() throws IOException {
        // Given
        Files.writeString(folder.resolve("some.log"), "se/cr+et \"no. 0123456789abcdee\n" + "QUJD".repeat(100));

        // When
        List<CanaryScan.Finding> findings = new CanaryScan(Map.of(SECRET, "token")).search(List.of(folder));

        // Then
        assertThat(findings).isEmpty();
    }
}
