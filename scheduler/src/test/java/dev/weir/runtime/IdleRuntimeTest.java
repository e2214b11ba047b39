package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where nothing is to be done, nothing is done: the workers park for good. */
class IdleRuntimeTest {
    private static final Duration BOUND = Duration.ofSeconds(10);

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
            long[] parks = {-1};
            await().atMost(BOUND).pollInterval(Duration.ofMillis(100)).until(() -> {
                long before = parks[0];
                parks[0] = runtime.metrics().parks();
                return parks[0] == before;
            });
            RuntimeMetrics quiet = runtime.metrics();
            // the observation itself: a second in which nothing may happen
            assertThat(new CountDownLatch(1).await(1, TimeUnit.SECONDS)).isFalse();
            assertThat(runtime.metrics()).isEqualTo(quiet);
            assertThat(runtime.spawn(Recipes.yields(1)).join(BOUND)).isEqualTo(2);
        }
    }
}
