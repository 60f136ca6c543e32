package io.grantkeeper.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTagTest {

    private static final ContentTag TAG = ContentTag.of("[]".getBytes(UTF_8));

    @Test
    void itIsStrongAndTellsContentsApart() {
        assertThat(TAG.value()).matches("\"[A-Za-z0-9_-]{43}\"");
        assertThat(ContentTag.of("[]".getBytes(UTF_8))).isEqualTo(TAG);
        assertThat(ContentTag.of("{}".getBytes(UTF_8))).isNotEqualTo(TAG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "*", " * ", "\"other\", %s", "%s,\"other\"", "W/\"other\" , W/%s"})
    void itIsAmongTheTagsOfAHeader(String header) {
        assertThat(TAG.isAmong(header.formatted(TAG.value()))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "\"other\"", "W/\"other\"", "\"*\""})
    void itIsNotAmongOtherTags(String header) {
        assertThat(TAG.isAmong(header)).isFalse();
    }

    @Test
    void withoutItsQuotesItIsAnotherTag() {
        assertThat(TAG.isAmong(TAG.value().replace("\"", ""))).isFalse();
    }
}
