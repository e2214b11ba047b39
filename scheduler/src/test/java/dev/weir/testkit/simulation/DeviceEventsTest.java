package dev.weir.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeviceEventsTest {
    private static final int MANY = 30_000;

    private final DeviceEvents events = new DeviceEvents(new Choices(7, Simulation.of(7)));

    private List<Integer> takeAll(int count) {
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(Integer.valueOf(events.take().what()));
        }
        return taken;
    }

    @Test
    void events_come_at_their_time_and_those_of_one_time_in_an_order_of_the_seed() {
        for (int i = 0; i < 40; i++) {
            events.add(i % 2 == 0 ? 200 : 100, String.valueOf(i), () -> {});
        }
        assertThat(events.isDue(99)).isFalse();
        assertThat(events.isDue(100)).isTrue();
        assertThat(events.nanosUntilNext(60)).isEqualTo(40);
        List<Integer> first = takeAll(20);
        assertThat(events.nanosUntilNext(100)).isEqualTo(100);
        List<Integer> second = takeAll(20);
        assertThat(events.nanosUntilNext(0)).isEqualTo(Long.MAX_VALUE);
        assertThat(events.isDue(Long.MAX_VALUE)).isFalse();
        assertThat(first).allMatch(i -> i % 2 == 1).doesNotHaveDuplicates().isNotEqualTo(sorted(first));
        assertThat(second).allMatch(i -> i % 2 == 0).doesNotHaveDuplicates().isNotEqualTo(sorted(second));
    }

    private static List<Integer> sorted(List<Integer> items) {
        return items.stream().sorted().toList();
    }

    /** To sort all that are left for each that is taken would take longer than a test may. */
    @Test
    void tens_of_thousands_of_one_time_are_taken_in_no_time() {
        for (int i = 0; i < MANY; i++) {
            events.add(0, String.valueOf(i), () -> {});
        }
        assertThat(sorted(takeAll(MANY)))
                .isEqualTo(IntStream.range(0, MANY).boxed().toList());
    }
}
