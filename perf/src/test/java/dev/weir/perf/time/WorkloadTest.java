package dev.weir.perf.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.perf.contest.Meter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every workload on every system at sizes that take no time: it ends, and what it counts is right. */
class WorkloadTest {
    private final Sizes sizes = new Sizes();

    static Stream<Arguments> everything() {
        List<Arguments> all = new ArrayList<>();
        for (Contender system : Contender.values()) {
            for (Workload workload : Workload.values()) {
                all.add(Arguments.of(system, workload));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void ends_and_counts_what_it_did(Contender system, Workload workload) throws Exception {
        sizes.timers = 50;
        sizes.maxMillis = 5;
        sizes.anchor = 1;
        if (system == Contender.NETTY && workload == Workload.TIMEOUT) {
            try (Subject subject = system.open(1)) {
                assertThat(subject.lacks(workload)).isNotBlank();
            }
            return;
        }
        assertThat(lines(system, workload))
                .allSatisfy(line -> assertThat(line)
                        .startsWith("{\"system\":\"" + system + "\",\"bench\":\"" + workload)
                        .contains("\"ops\":" + operations(workload) + ",", "\"ops_per_s\":"));
    }

    @Test
    void yielding_results_of_several_tasks_are_counted_too() throws Exception {
        sizes.tasks = 2;
        sizes.inner = Sizes.Inner.YIELD;
        for (Contender system : List.of(Contender.WEIR, Contender.JDK)) {
            assertThat(lines(system, Workload.TIMEOUT).get(0))
                    .contains("\"inner\":\"yield\"", "\"ops\":" + 3 * Workload.BATCH);
            assertThat(lines(system, Workload.TIMER_INSERT_CANCEL).get(0)).contains("\"ops\":" + 6 * Workload.BATCH);
        }
    }

    @Test
    void holding_timers_tells_what_they_cost() throws Exception {
        sizes.timers = 50;
        assertThat(lines(Contender.WEIR, Workload.TIMER_HOLD))
                .hasSize(2)
                .first()
                .asString()
                .contains("timer_hold_insert", "bytes_per_timer");
    }

    private List<String> lines(Contender system, Workload workload) throws InterruptedException {
        try (Subject subject = system.open(1)) {
            Bench bench = new Bench(subject, 1, sizes, () -> new Meter(0, 1, 3));
            workload.run(bench);
            return bench.lines().entrySet().stream()
                    .map(line -> line.getValue()
                            .line(system.toString(), line.getKey())
                            .toString())
                    .toList();
        }
    }

    private static int operations(Workload workload) {
        return switch (workload) {
            case TIMER_INSERT_CANCEL, TIMEOUT -> 3 * Workload.BATCH;
            case TIMER_HOLD, TIMER_FIRE -> 50;
        };
    }
}
