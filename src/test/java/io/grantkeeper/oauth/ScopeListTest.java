package io.grantkeeper.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeListTest {

    @ParameterizedTest
    @ValueSource(strings = {"b a c", "b,a,c", " b, a ,c ", "b\ta\nc", ",b,,a,c,", "b a b c a"})
    void scopesAreReadInTheirOrderAndOnce(String list) {
        assertThat(ScopeList.parse(list)).containsExactly("b", "a", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , , "})
    void aListMayBeEmpty(String list) {
        assertThat(ScopeList.parse(list)).isEmpty();
    }

    @Test
    void scopesKeepTheirCase() {
        assertThat(ScopeList.parse("User.Read user.read")).containsExactly("User.Read", "user.read");
    }

    @Test
    void whatWasNotGrantedIsMissingInTheWantedOrder() {
        assertThat(ScopeList.missing(List.of("c", "b", "a", "c"), List.of("b", "z")))
                .containsExactly("c", "a");
        assertThat(ScopeList.missing(List.of("a"), List.of("a", "b"))).isEmpty();
        assertThat(ScopeList.missing(List.of(), List.of())).isEmpty();
    }
}
