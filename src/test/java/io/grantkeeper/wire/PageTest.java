package io.grantkeeper.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void theLastPageHasNoCursor(int found) {
        // When
        Page<Integer> page = Page.of(numbers(found), 3, String::valueOf);

        // Then
        assertThat(page.items()).isEqualTo(numbers(found));
        assertThat(page.nextCursor()).isNull();
    }

    @Test
    void aPageThatIsNotTheLastEndsAtItsLimit() {
        // When
        Page<Integer> page = Page.of(numbers(4), 3, String::valueOf);

        // Then
        assertThat(page).isEqualTo(new Page<>(List.of(1, 2, 3), "3"));
    }

    @Test
    void aPageInAnotherFormKeepsItsCursor() {
        assertThat(new Page<>(List.of(1, 2), "2").map(each -> "#" + each))
                .isEqualTo(new Page<>(List.of("#1", "#2"), "2"));
    }

    @Test
    void theCursorIsAlwaysThere() throws JsonProcessingException {
        assertThat(new ObjectMapper().writeValueAsString(Page.of(List.of(), 3, String::valueOf)))
                .isEqualTo("{\"items\":[],\"nextCursor\":null}");
    }

    private static List<Integer> numbers(int count) {
        return IntStream.rangeClosed(1, count).boxed().toList();
    }
}
