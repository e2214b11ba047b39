package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncStreamTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128})
    void a_chain_gives_what_a_loop_would_give(int budget) throws Exception {
        List<String> seen = new Rig(budget)
                .run(AsyncStream.range(0, 1000)
                        .filter(n -> n % 3 == 0)
                        .map(n -> "n" + n)
                        .take(4)
                        .collect(Collectors.toList()));

        assertThat(seen).containsExactly("n0", "n3", "n6", "n9");
    }

    @Test
    void a_recipe_runs_many_times() throws Exception {
        AsyncStream<String> stream = AsyncStream.of("a", "b");
        List<String> seen = new ArrayList<>();

        assertThat(new Rig(128).run(stream.forEach(seen::add))).isEqualTo(2);
        assertThat(new Rig(128).run(stream.forEach(seen::add))).isEqualTo(2);

        assertThat(seen).containsExactly("a", "b", "a", "b");
    }

    @Test
    void of_names_the_item_that_is_null() {
        assertThatNullPointerException()
                .isThrownBy(() -> AsyncStream.of("a", null))
                .withMessage("of: item 1 is null");
    }
}
