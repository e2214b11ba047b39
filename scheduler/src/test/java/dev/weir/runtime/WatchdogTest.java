package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A poll that does not return is named, with what it does. */
class WatchdogTest {
    private static final Duration THRESHOLD = Duration.ofMillis(500);

    private final BlockingQueue<StalledPoll> told = new ArrayBlockingQueue<>(100);

    private static Pollable<Integer> blocksOn(CountDownLatch release) {
        return cx -> {
            release.await();
            return Poll.ready(1);
        };
    }

    /** Waits for the report of one task. What the machine itself has held up for so long may be told before, but no wait. */
    private StalledPoll reportOf(JoinHandle<?> task) throws InterruptedException {
        for (; ; ) {
            StalledPoll next = told.poll(20, TimeUnit.SECONDS);
            if (next == null || next.task() == task) {
                return next;
            }
            assertThat(next.stack()).as(next.describe()).noneMatch(WatchdogTest::isWait);
        }
    }

    private static boolean isWait(StackTraceElement call) {
        return call.getClassName().equals(CountDownLatch.class.getName());
    }

    @ParameterizedTest
    @EnumSource
    void a_poll_that_blocks_is_named_with_its_task_its_spawn_site_and_its_stack(Runtimes on) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (TaskRuntime runtime =
                on.builder().reportStalledPolls(THRESHOLD, told::add).build()) {
            JoinHandle<Integer> task = runtime.task().name("stuck").spawn(blocksOn(release));
            CompletableFuture<Integer> driver =
                    CompletableFuture.supplyAsync(() -> runtime.blockOn(task), body -> new Thread(body).start());
            StalledPoll stalled = reportOf(task);
            assertThat(stalled).isNotNull();
            assertThat(stalled.task().name()).isEqualTo("stuck");
            assertThat(stalled.lasting()).isGreaterThanOrEqualTo(THRESHOLD);
            assertThat(stalled.stack())
                    .anyMatch(WatchdogTest::isWait)
                    .anyMatch(call -> call.getClassName().startsWith(WatchdogTest.class.getName()));
            assertThat(stalled.describe())
                    .contains("task " + stalled.task().id() + " (stuck)", "spawned at", "WatchdogTest.java", "await");
            release.countDown();
            assertThat(driver.get(20, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(told).noneMatch(again -> again.task() == task); // once for a poll, however long
        }
    }

    @Test
    void a_poll_of_blockOn_is_watched_too() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .reportStalledPolls(THRESHOLD, told::add)
                .build()) {
            CompletableFuture<Integer> blocked = CompletableFuture.supplyAsync(
                    () -> runtime.blockOn(blocksOn(release)), body -> new Thread(body, "blocker").start());
            assertThat(told.poll(20, TimeUnit.SECONDS).thread().getName()).isEqualTo("blocker");
            release.countDown();
            assertThat(blocked.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        }
    }

    /** Two stalls on one worker are two reports, and neither carries the other's name. */
    @Test
    void each_stalled_poll_is_told_once() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .reportStalledPolls(Duration.ofMillis(10), told::add)
                .build()) {
            for (int i = 0; i < 5; i++) {
                CountDownLatch release = new CountDownLatch(1);
                JoinHandle<Integer> task = runtime.task().name("stall " + i).spawn(blocksOn(release));
                StalledPoll stalled = told.poll(20, TimeUnit.SECONDS);
                assertThat(stalled.task()).isSameAs(task);
                release.countDown();
                task.join();
            }
            assertThat(told).isEmpty();
        }
    }

    @Test
    void a_poll_that_blocks_in_place_stalls_nothing() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .reportStalledPolls(THRESHOLD, told::add)
                .build()) {
            JoinHandle<Boolean> inPlace = runtime.spawn(
                    cx -> Poll.ready(TaskRuntime.blockInPlace(() -> release.await(20, TimeUnit.SECONDS))));
            CountDownLatch second = new CountDownLatch(1);
            JoinHandle<Integer> stuck = runtime.spawn(blocksOn(second)); // watched for much longer than the other needs
            assertThat(reportOf(stuck)).isNotNull();
            release.countDown();
            second.countDown();
            assertThat(inPlace.join()).isTrue();
            assertThat(told).isEmpty();
        }
    }

    /** Nothing follows it on its worker that would take its place in what is watched. */
    @Test
    void a_poll_that_blocks_in_place_alone_stalls_nothing() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .reportStalledPolls(THRESHOLD, told::add)
                .build()) {
            JoinHandle<Boolean> inPlace = runtime.spawn(cx -> Poll.ready(TaskRuntime.blockInPlace(() -> {
                inside.countDown();
                return release.await(20, TimeUnit.SECONDS);
            })));
            inside.await();
            CountDownLatch second = new CountDownLatch(1);
            CompletableFuture<Integer> stuck = CompletableFuture.supplyAsync( // begins later, so it is due later
                    () -> runtime.blockOn(blocksOn(second)), body -> new Thread(body, "stuck").start());
            StalledPoll first = told.poll(20, TimeUnit.SECONDS);
            while (!first.thread().getName().equals("stuck")) { // held up on its way into the call: a true report
                assertThat(first.stack()).as(first.describe()).noneMatch(WatchdogTest::isWait);
                first = told.poll(20, TimeUnit.SECONDS);
            }
            release.countDown();
            second.countDown();
            assertThat(inPlace.join()).isTrue();
            assertThat(stuck.get(20, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(told).isEmpty();
        }
    }

    @Test
    void a_handler_that_interrupts_its_thread_does_not_keep_it_from_sleeping() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Thread> watching = new CompletableFuture<>();
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .reportStalledPolls(Duration.ofMillis(10), stalled -> {
                    Thread.currentThread().interrupt();
                    watching.complete(Thread.currentThread());
                })
                .build()) {
            runtime.spawn(blocksOn(release));
            Thread watchdog = watching.get(20, TimeUnit.SECONDS);
            try {
                await().until(() -> !watchdog.isInterrupted());
            } finally {
                release.countDown(); // or closing the runtime waits for the poll
            }
        }
    }

    @Test
    void a_handler_that_throws_is_reported_and_the_next_stall_is_told() throws Exception {
        BlockingQueue<Throwable> undeliverable = new ArrayBlockingQueue<>(10);
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .onUndeliverable(undeliverable::add)
                .reportStalledPolls(Duration.ofMillis(10), stalled -> {
                    throw new IllegalStateException(stalled.task().name());
                })
                .build()) {
            for (String name : Arrays.asList("one", "two")) {
                CountDownLatch release = new CountDownLatch(1);
                runtime.task().name(name).spawn(blocksOn(release));
                assertThat(undeliverable.poll(20, TimeUnit.SECONDS)).hasMessage(name);
                release.countDown();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_thread_that_looks_ends_with_the_runtime(Runtimes on) {
        String name = "watched-" + on;
        TaskRuntime runtime = on.builder()
                .name(name)
                .reportStalledPolls(Duration.ofHours(1), told::add)
                .build();
        runtime.blockOn(Recipes.yields(1));
        assertThat(threads(name + "-watchdog")).isOne();
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        await().until(() -> threads(name) == 0);
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void a_threshold_that_is_not_positive_is_refused(long nanos) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskRuntime.builder().reportStalledPolls(Duration.ofNanos(nanos)))
                .withMessageContaining("threshold must be positive");
    }
}
