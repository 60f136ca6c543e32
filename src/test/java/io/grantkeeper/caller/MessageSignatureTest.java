package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.problem.ProblemCode.MULTIPLE_SIGNATURES;
import static io.grantkeeper.problem.ProblemCode.UNAUTHENTICATED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSignatureTest {

    private static final String COVERED = "(\"@method\" \"@authority\" \"@path\" \"@query\")";
    private static final String PARAMETERS = ";created=1777636800;keyid=\"agent-1\";nonce=\"n\";tag=\"grantkeeper-v1\"";
    private static final String VALUE = ":MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=:";

    @Test
    void readsTheProfile() {
        // When
        MessageSignature signature = read("sig1=" + COVERED + PARAMETERS);
        // Then
        assertThat(signature.created()).isEqualTo(Instant.parse("2026-05-01T12:00:00Z"));
        assertThat(signature.keyId()).isEqualTo("agent-1");
        assertThat(signature.nonce()).isEqualTo("n");
        assertThat(signature.coversBody()).isFalse();
        assertThat(signature.signature()).isEqualTo("01234567890123456789012345678901".getBytes(UTF_8));
    }

    @Test
    void signsTheLinesOfTheContract() {
        // Given
        MessageSignature signature = read("any-1=" + COVERED + PARAMETERS);
        RequestHead head = new RequestHead(
                "GET", "keeper.example", "/api/apps/a%20b/token", "", MultiMap.caseInsensitiveMultiMap());
        // When
        byte[] base = signature.base(head);
        // Then
        assertThat(new String(base, UTF_8)).isEqualTo("""
                "@method": GET
                "@authority": keeper.example
                "@path": /api/apps/a%20b/token
                "@query": ?
                "@signature-params": """ + " " + COVERED + PARAMETERS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "-0",
                "00",
                "01777636800",
                "9223372036854775808",
                "1000000000000000",
                "1e9",
                "1777636800.0",
                "",
                "\"1777636800\"",
                "?1",
                "1777636800;created=1777636800"
            })
    void A65_createdIsOneWholeNumber(String created) {
        assertRefused(UNAUTHENTICATED, () -> read("sig1=" + COVERED + PARAMETERS.replace("1777636800", created)));
    }

    @Test
    void A65_createdIsThere() {
        assertRefused(UNAUTHENTICATED, () -> read("sig1=" + COVERED + PARAMETERS.replace(";created=1777636800", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "()",
                "(\"@method\")",
                "(\"@method\" \"@authority\" \"@path\")",
                "(\"@authority\" \"@method\" \"@path\" \"@query\")",
                "(\"@method\" \"@authority\" \"@path\" \"@query\" \"@query\")",
                "(\"@method\" \"@authority\" \"@path\" \"@query\" \"date\")",
                "(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"@query\")",
                "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\";sf)",
                "(\"@method\" \"@authority\" \"@path\" \"@query\";req)",
                "(\"@method\"  \"@authority\" \"@path\" \"@query\")",
                "(\"@METHOD\" \"@authority\" \"@path\" \"@query\")",
                "(@method @authority @path @query)",
                "\"@method\" \"@authority\" \"@path\" \"@query\""
            })
    void A68_otherComponentsAreRefused(String components) {
        assertRefused(UNAUTHENTICATED, () -> read("sig1=" + components + PARAMETERS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";keyid=\"agent-1\";created=1777636800;nonce=\"n\";tag=\"grantkeeper-v1\"",
                ";created=1777636800;keyid=\"agent-1\";tag=\"grantkeeper-v1\"",
                ";created=1777636800;keyid=\"agent-1\";nonce=\"\";tag=\"grantkeeper-v1\"",
                ";created=1777636800;nonce=\"n\";tag=\"grantkeeper-v1\"",
                ";created=1777636800;expires=1777636900;keyid=\"agent-1\";nonce=\"n\";tag=\"grantkeeper-v1\"",
                "; created=1777636800;keyid=\"agent-1\";nonce=\"n\";tag=\"grantkeeper-v1\"",
                ";created=1777636800;keyid=agent-1;nonce=\"n\";tag=\"grantkeeper-v1\"",
                ";created=1777636800;keyid=\"agent-1\";nonce=\"n\\\"\";tag=\"grantkeeper-v1\"",
            })
    void A68_otherParametersAreRefused(String parameters) {
        assertRefused(UNAUTHENTICATED, () -> read("sig1=" + COVERED + parameters));
    }

    @ParameterizedTest
    @ValueSource(strings = {";alg=\"hmac-sha256\"", ";alg=\"none\"", ";alg=\"rsa-pss-sha512\""})
    void A70_aMessageDoesNotChooseItsAlgorithm(String parameter) {
        assertRefused(UNAUTHENTICATED, () -> read("sig1=" + COVERED + PARAMETERS + parameter));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";tag=\"grantkeeper-v2\"", ";tag=\"Grantkeeper-v1\"", ";tag=grantkeeper-v1"})
    void A71_theTagIsOurs(String tag) {
        assertRefused(
                UNAUTHENTICATED, () -> read("sig1=" + COVERED + PARAMETERS.replace(";tag=\"grantkeeper-v1\"", tag)));
    }

    @Test
    void A69_severalSignaturesAreRefusedHoweverTheyCome() {
        String one = "sig1=" + COVERED + PARAMETERS;
        String other = "sig2=" + COVERED + PARAMETERS;

        assertRefused(MULTIPLE_SIGNATURES, () -> MessageSignature.of(List.of(one, other), List.of("sig1=" + VALUE)));
        assertRefused(MULTIPLE_SIGNATURES, () -> MessageSignature.of(List.of(one, one), List.of("sig1=" + VALUE)));
        assertRefused(MULTIPLE_SIGNATURES, () -> read(one + ", " + other));
        assertRefused(MULTIPLE_SIGNATURES, () -> read(one + "," + one));
        assertRefused(
                MULTIPLE_SIGNATURES,
                () -> MessageSignature.of(List.of(one), List.of("sig1=" + VALUE + ",sig2=" + VALUE)));
        assertRefused(
                MULTIPLE_SIGNATURES,
                () -> MessageSignature.of(List.of(one), List.of("sig1=" + VALUE, "sig2=" + VALUE)));
    }

    @Test
    void aCommaInAStringSeparatesNothing() {
        assertThat(read("sig1=" + COVERED + PARAMETERS.replace("\"n\"", "\"n,m\""))
                        .nonce())
                .isEqualTo("n,m");
    }

    @Test
    void bothFieldsAreThereAndSpeakOfOneLabel() {
        String input = "sig1=" + COVERED + PARAMETERS;

        assertRefused(UNAUTHENTICATED, () -> MessageSignature.of(List.of(input), List.of()));
        assertRefused(UNAUTHENTICATED, () -> MessageSignature.of(List.of(), List.of("sig1=" + VALUE)));
        assertRefused(UNAUTHENTICATED, () -> MessageSignature.of(List.of(input), List.of("sig2=" + VALUE)));
        assertRefused(UNAUTHENTICATED, () -> MessageSignature.of(List.of(input), List.of("sig1=:A:")));
        assertRefused(UNAUTHENTICATED, () -> MessageSignature.of(List.of(input), List.of("sig1=\"AAAA\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000b", "ägent", "аgent", "' or 1=1 --", "a b"})
    void A72_aKeyIdIsPrintableAndShort(String keyId) {
        assertRefused(UNAUTHENTICATED, () -> read("sig1=" + COVERED + PARAMETERS.replace("agent-1", keyId)));
    }

    @Test
    void A72_aLongKeyIdIsRefusedBeforeAnyLookUp() {
        String input = "sig1=" + COVERED + PARAMETERS;

        assertThat(read(input.replace("agent-1", "a".repeat(64))).keyId()).hasSize(64);
        assertRefused(UNAUTHENTICATED, () -> read(input.replace("agent-1", "a".repeat(65))));
        assertRefused(UNAUTHENTICATED, () -> read(input.replace("agent-1", "a".repeat(1_000_000))));
    }

    private static MessageSignature read(String input) {
        String label = input.contains("=") ? input.substring(0, input.indexOf('=')) : "sig1";
        return MessageSignature.of(List.of(input), List.of(label + "=" + VALUE));
    }
}
