package io.grantkeeper.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnerSignInTest {

    private final SteppedClock clock = new SteppedClock();
    private final SecureRandom random = new SecureRandom();
    private final OwnerSignIn signIn = new OwnerSignIn(PublicUrl.of("http://127.0.0.1:8080"), clock, this::random);

    @Test
    void aLinkCarriesItsCodeWhereNoServerSeesIt() {
        OwnerSignIn.Link link = signIn.link();

        assertThat(link.url().reveal()).matches("http://127\\.0\\.0\\.1:8080/#sign-in=[A-Za-z0-9_-]{43}");
        assertThat(link.toString()).doesNotContain(code(link));
        assertThat(link.expiresAt()).isEqualTo(clock.instant().plusSeconds(600));
    }

    @Test
    void aCodeWorksOnce() {
        String code = code(signIn.link());

        assertThat(signIn.redeem(code)).isTrue();
        assertThat(signIn.redeem(code)).isFalse();
    }

    @Test
    void aCodeWorksForTenMinutes() {
        String one = code(signIn.link());
        String other = code(signIn.link());

        clock.advance(Duration.ofSeconds(599));
        assertThat(signIn.redeem(one)).isTrue();

        clock.advance(Duration.ofSeconds(1));
        assertThat(signIn.redeem(other)).isFalse();
    }

    @Test
    void aCodeThatWasNotGivenOutIsNone() {
        assertThat(signIn.redeem("")).isFalse();
        assertThat(signIn.redeem("A".repeat(43))).isFalse();
    }

    @Test
    void theOldestOfTooManyLinksGivesWay() {
        List<String> codes = Stream.generate(signIn::link)
                .limit(17)
                .map(OwnerSignInTest::code)
                .toList();

        assertThat(codes)
                .first()
                .satisfies(oldest -> assertThat(signIn.redeem(oldest)).isFalse());
        assertThat(codes.subList(1, 17))
                .allSatisfy(code -> assertThat(signIn.redeem(code)).isTrue());
    }

    private static String code(OwnerSignIn.Link link) {
        return link.url().reveal().substring(link.url().reveal().indexOf('=') + 1);
    }

    private byte[] random(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
