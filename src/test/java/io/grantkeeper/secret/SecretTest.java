package io.grantkeeper.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretTest {

    private static final Secret SECRET = Secret.of("canary");

    @Test
    void I7_aSecretPrintsAsNothing() {
        assertThat(SECRET).hasToString("***");
        assertThat("token=" + SECRET).isEqualTo("token=***");
        assertThat(String.format(Locale.ROOT, "%s %20s", SECRET, SECRET)).doesNotContain("canary");
    }

    @Test
    void I7_whatHoldsASecretDoesNotPrintIt() {
        // Given
        record Holder(String name, Secret secret) {}

        // Then
        assertThat(new Holder("h", SECRET).toString()).contains("h").doesNotContain("canary");
        assertThat(List.of(SECRET).toString()).doesNotContain("canary");
        assertThat(Map.of("k", SECRET).toString()).doesNotContain("canary");
        assertThat(Optional.of(SECRET).toString()).doesNotContain("canary");
    }

    @Test
    void I7_anExceptionAboutASecretDoesNotTellIt() {
        assertThat(new IllegalStateException("cannot use " + SECRET)).hasMessage("cannot use ***");
    }

    @Test
    void I7_noJsonIsMadeOfASecret() {
        assertThatThrownBy(() -> new ObjectMapper().writeValueAsString(SECRET))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void I7_aSecretHasNoHashOfItsOwn() {
        assertThat(SECRET.hashCode()).isEqualTo(Secret.of("another").hashCode());
    }

    @Test
    void secretsAreEqualByTheirValue() {
        assertThat(SECRET).isEqualTo(Secret.of("canary")).isNotEqualTo(Secret.of("canarY"));
        assertThat(SECRET).isNotEqualTo(Secret.of("canary1")).isNotEqualTo(Secret.of(""));
        assertThat(SECRET.equals((Object) "canary")).isFalse();
    }

    @Test
    void theValueIsThereForWhoeverAsks() {
        assertThat(SECRET.reveal()).isEqualTo("canary");
        assertThat(Secret.of("ü").bytes()).containsExactly(0xc3, 0xbc);
    }
}
