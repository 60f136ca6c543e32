package io.grantkeeper.caller;

import static io.grantkeeper.caller.Refusals.assertRefused;
import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.secret.KeyRing;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.SealBroken;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Secret;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AgentSecretsTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final byte[] MESSAGE = "message".getBytes(UTF_8);

    private final SecureRandom random = new SecureRandom();
    private String primary = "k1";
    private final AgentSecrets secrets = new AgentSecrets(new Sealer(this::ring, randomness()), randomness());
    private final AgentRow row =
            new NewAgent("crawler", AgentMode.TOKEN, null, null).row(new AgentId("agent-1"), new AccountId("org_acme"));

    @Test
    void A76_theRowHoldsNoSecretThatCanBeRead() {
        // When
        Secret secret = secrets.issue(row);
        // Then
        assertThat(secret.reveal()).matches("[0-9a-f]{64}");
        assertThat(new String(row.sealedSecret, UTF_8)).doesNotContain(secret.reveal());
        assertThat(takes(secret, NOW)).isTrue();
    }

    @Test
    void A73_aRotatedSecretWorksUntilThen() {
        // Given
        Secret old = secrets.issue(row);
        // When
        Secret fresh = secrets.rotate(row, NOW.plusSeconds(60));
        // Then
        assertThat(takes(fresh, NOW)).isTrue();
        assertThat(takes(old, NOW.plusSeconds(59))).isTrue();
        assertThat(takes(old, NOW.plusSeconds(60))).isFalse();
    }

    @Test
    void A73_anotherRotationEndsTheOneBefore() {
        Secret oldest = secrets.issue(row);
        Secret older = secrets.rotate(row, NOW.plusSeconds(60));
        Secret fresh = secrets.rotate(row, NOW.plusSeconds(60));

        assertThat(takes(oldest, NOW)).isFalse();
        assertThat(takes(older, NOW)).isTrue();
        assertThat(takes(fresh, NOW)).isTrue();
    }

    @Test
    void secretsFollowTheRingsPrimaryKey() {
        // Given
        Secret old = secrets.issue(row);
        Secret fresh = secrets.rotate(row, NOW.plusSeconds(60));
        // When
        primary = "k2";
        secrets.reseal(row);
        // Then
        assertThat(row.keyId).isEqualTo("k2");
        assertThat(Sealer.keyIdOf(row.sealedSecret)).isEqualTo("k2");
        assertThat(Sealer.keyIdOf(row.sealedPrevious)).isEqualTo("k2");
        assertThat(takes(old, NOW)).isTrue();
        assertThat(takes(fresh, NOW)).isTrue();
    }

    @Test
    void A121_aSecretOpensInItsOwnRowAndColumnOnly() {
        // Given
        Secret unused = secrets.issue(row);
        AgentRow another = new NewAgent("mailer", AgentMode.TOKEN, null, null)
                .row(new AgentId("agent-2"), new AccountId("org_acme"));
        // When
        another.sealedSecret = row.sealedSecret;
        row.sealedPrevious = row.sealedSecret;
        row.previousUntil = NOW;
        // Then
        assertThatExceptionOfType(SealBroken.class).isThrownBy(() -> secrets.keyholder(another));
        assertThatExceptionOfType(SealBroken.class).isThrownBy(() -> secrets.keyholder(row));
    }

    @Test
    void anAgentWithoutASecretHasNothingToRotate() {
        assertRefused(INVALID_REQUEST, () -> secrets.rotate(row, NOW));
        assertThat(secrets.keyholder(row).keys()).isEmpty();
    }

    private boolean takes(Secret secret, Instant when) {
        byte[] signature = HmacKey.ofHex(secret).sign(MESSAGE);
        return secrets.keyholder(row).verifies(MESSAGE, signature, when);
    }

    private KeyRing ring() {
        return KeyRing.parse("""
                {"primary": "%s", "keys": {
                  "k1": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                  "k2": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}""".formatted(primary));
    }

    private Randomness randomness() {
        return count -> {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        };
    }
}
