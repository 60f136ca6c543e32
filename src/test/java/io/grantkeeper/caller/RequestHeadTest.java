package io.grantkeeper.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadTest {

    @ParameterizedTest
    @CsvSource({
        "Keeper.Example, keeper.example",
        "keeper.example:443, keeper.example",
        "keeper.example:80, keeper.example",
        "keeper.example:, keeper.example",
        "keeper.example:8443, keeper.example:8443",
        "127.0.0.1:8080, 127.0.0.1:8080",
        "[::1]:8080, [::1]:8080",
        "[fe80::80], [fe80::80]"
    })
    void anAuthorityIsInLowerCaseWithoutADefaultPort(String sent, String canonical) {
        assertThat(RequestHead.canonicalAuthority(sent)).isEqualTo(canonical);
    }

    @Test
    void A66_byDefaultTheAuthoritiesAreThePublicUrlsAndTheServices() {
        Authorities authorities = new Authorities(
                Optional.empty(), PublicUrl.of("https://Keeper.example:443/"), false, 8080, Optional.of("tools"));

        assertThat(List.of(
                        "keeper.example",
                        "grantkeeper",
                        "grantkeeper:8080",
                        "grantkeeper.tools",
                        "grantkeeper.tools.svc",
                        "grantkeeper.tools.svc.cluster.local:8080"))
                .allMatch(authorities::contain);
        assertThat(List.of("127.0.0.1:8080", "localhost:8080", "grantkeeper.other", "keeper.example:8080", ""))
                .noneMatch(authorities::contain);
    }

    @Test
    void A66_theLoopbackIsOneOnOnesOwnMachineOnly() {
        Authorities authorities =
                new Authorities(Optional.empty(), PublicUrl.of(PublicUrl.DEFAULT), true, 8080, Optional.empty());

        assertThat(List.of("127.0.0.1:8080", "localhost:8080")).allMatch(authorities::contain);
        assertThat(List.of("localhost", "localhost:9999", "grantkeeper")).noneMatch(authorities::contain);
    }
}
