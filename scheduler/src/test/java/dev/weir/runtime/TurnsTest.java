package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How turns are shared out among tasks that always want one. */
class TurnsTest {
    private static final int TASKS = 2_000;
    private static final int TURNS = 100;

    @ParameterizedTest
    @ValueSource(ints = {4, 256, 1024})
    void turnsGoRoundAllTasksAlsoWhenTheyAreMoreThanAQueueHolds(int queueCapacity) {
        assertThat(fewestTurns(TaskRuntime.builder().queueCapacity(queueCapacity)))
                .as("turns of the task that had fewest when the first had %d", TURNS)
                .isGreaterThan(TURNS / 2);
    }

    /** What the rule is for: without it the tasks in the queue leave those outside one turn in so many. */
    @Test
    void withoutTheRuleThatATurnGoesBehindTheOverflowTheyDoNot() {
        assertThat(fewestTurns(TaskRuntime.builder().queueCapacity(256).overflowKeepsTurn(false)))
                .isLessThan(TURNS / 4);
    }

    /** Tasks that come from outside and never wait leave the shared queue for good, instead of going round through it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tasksThatTheQueuesHaveRoomForTakeTheirTurnsThere(int workers) {
        AtomicBoolean over = new AtomicBoolean();
        try (WorkStealingRuntime runtime =
                TaskRuntime.builder().workers(workers).build()) {
            var tasks = IntStream.range(0, 100)
                    .mapToObj(i -> runtime.spawn(cx -> {
                        if (over.get()) {
                            return Poll.done();
                        }
                        cx.waker().wake();
                        return Poll.pending();
                    }))
                    .toList();
            try {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> runtime.metrics().injectDepth() == 0);
                long turns = turns(runtime);
                await().atMost(Duration.ofSeconds(20)).until(() -> turns(runtime) > turns + 10_000);
                assertThat(runtime.metrics().injectDepth()).isZero();
            } finally {
                over.set(true);
            }
            tasks.forEach(JoinHandle::join);
        }
    }

    /** A queue that could grow for all of them does not: the turn would come again after each part that was taken in. */
    @Test
    void aTurnGoesBehindThousandsThatAreShared() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch allShared = new CountDownLatch(1);
        AtomicInteger left = new AtomicInteger(4_000);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<Integer> turns = runtime.spawn(new Pollable<>() {
                private int turns;

                @Override
                public Poll<Integer> poll(Context cx) {
                    if (turns++ == 0) {
                        blocked.countDown();
                        awaitUninterruptibly(allShared);
                    }
                    if (left.get() == 0) {
                        return Poll.ready(turns);
                    }
                    cx.waker().wake();
                    return Poll.pending();
                }
            });
            blocked.await();
            for (int i = left.get(); i > 0; i--) {
                runtime.spawn(cx -> Poll.ready(left.decrementAndGet()));
            }
            allShared.countDown();
            assertThat(turns.join()).isLessThan(5);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static long turns(WorkStealingRuntime runtime) {
        return runtime.metrics().perWorker().stream()
                .mapToLong(WorkerMetrics::turns)
                .sum();
    }

    /** As with sockets that are always ready: each wake comes in through the driver, which would be asked every turn. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eventsGoRoundAllTasksOnlyIfTheBacklogCounts(boolean prevented) {
        int fewest = fewestTurns(
                TaskRuntime.builder().queueCapacity(256).driverInterval(1).weighsBacklog(prevented), true);
        if (prevented) {
            assertThat(fewest).isGreaterThan(TURNS / 2);
        } else {
            assertThat(fewest).isLessThan(TURNS / 4);
        }
    }

    private static int fewestTurns(WorkStealingRuntime.Builder builder) {
        return fewestTurns(builder, false);
    }

    private static int fewestTurns(WorkStealingRuntime.Builder builder, boolean byEvents) {
        FakeDriver driver = new FakeDriver();
        if (byEvents) {
            builder.driver(clock -> driver);
        }
        int[] turns = new int[TASKS]; // one worker writes them all
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        try (TaskRuntime runtime = builder.workers(1).build()) {
            var tasks = IntStream.range(0, TASKS)
                    .mapToObj(i -> runtime.spawn(cx -> {
                        if (over.get() || (begun.get() && ++turns[i] == TURNS)) {
                            over.set(true);
                            return Poll.ready(turns[i]);
                        }
                        if (byEvents) {
                            driver.happen(cx.waker());
                        } else {
                            cx.waker().wake();
                        }
                        return Poll.pending();
                    }))
                    .toList();
            begun.set(true); // all are there
            tasks.forEach(JoinHandle::join);
        }
        return Arrays.stream(turns).min().orElseThrow();
    }
}
