package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 9, 1000, Integer.MAX_VALUE})
    void each_has_a_place_of_its_own_until_it_leaves(int capacity) {
        Random random = new Random(capacity);
        Slots<Integer> slots = new Slots<>(capacity);
        Map<Integer, Integer> expected = new HashMap<>();
        int most = 0;
        for (int i = 0; i < 20_000; i++) {
            if (!slots.isFull() && expected.size() < 2000 && random.nextInt(i < 10_000 ? 3 : 2) > 0) {
                assertThat(expected.put(slots.add(i), i)).isNull();
            } else if (!expected.isEmpty()) {
                int slot = new ArrayList<>(expected.keySet()).get(random.nextInt(expected.size()));
                slots.remove(slot);
                expected.remove(slot);
                assertThat(slots.get(slot)).isNull();
            }
            most = Math.max(most, expected.size());
            assertThat(slots.size()).isEqualTo(expected.size());
            assertThat(slots.isFull()).isEqualTo(expected.size() == capacity);
        }
        assertThat(slots.reach()).as("places are used again").isEqualTo(most);
        expected.forEach((slot, element) -> assertThat(slots.get(slot)).isEqualTo(element));
    }

    @Test
    void the_place_left_last_is_taken_first() {
        Slots<String> slots = new Slots<>(3);
        assertThat(List.of(slots.add("a"), slots.add("b"), slots.add("c"))).containsExactly(0, 1, 2);
        slots.remove(0);
        slots.remove(2);
        assertThat(List.of(slots.add("d"), slots.add("e"))).containsExactly(2, 0);
    }
}
