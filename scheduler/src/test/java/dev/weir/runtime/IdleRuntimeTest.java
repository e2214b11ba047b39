package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where nothing is to be done, nothing is done: the workers park for good. */
class IdleRuntimeTest {
    private static final Duration BOUND = Duration.ofSeconds(40);

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1", "4, 2"})
    void parks_once_and_stays_parked(int workers, int drivers) throws Exception {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(workers).drivers(drivers).build()) {
            List<JoinHandle<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                tasks.add(runtime.spawn(Recipes.sequence(Sleep.of(Duration.ofMillis(i % 10)), Recipes.yields(i))));
            }
            runtime.spawn(Recipes.never());
            runtime.spawn(Sleep.of(Duration.ofHours(1)));
            runtime.blockOn(Recipes.all(tasks));
            RuntimeMetrics[] last = {runtime.metrics()};
            // a whole second in which nothing happens: a runtime that goes on stirring never has one
            await().atMost(BOUND).pollInterval(Duration.ofSeconds(1)).until(() -> {
                RuntimeMetrics before = last[0];
                last[0] = runtime.metrics();
                return last[0].equals(before);
            });
            assertThat(runtime.spawn(Recipes.yields(1)).join(BOUND)).isEqualTo(2);
        }
    }
}
