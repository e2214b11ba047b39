package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import dev.weir.task.JoinHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeBuilderTest {
    private static void assertRefuses(String setting, Object value, Runnable call) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContainingAll(setting, "" + value);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void numbers_below_one_are_refused_by_name_and_value(int value) {
        assertRefuses("workers", value, () -> TaskRuntime.builder().workers(value));
        assertRefuses("drivers", value, () -> TaskRuntime.builder().drivers(value));
        assertRefuses("queueCapacity", value, () -> TaskRuntime.builder().queueCapacity(value));
        for (Runtimes on : Runtimes.values()) {
            assertRefuses("blockingThreads", value, () -> on.builder().blockingThreads(value));
            assertRefuses("budget", value, () -> on.builder().budget(value));
            assertRefuses("driverInterval", value, () -> on.builder().driverInterval(value));
            assertRefuses("sharedQueueInterval", value, () -> on.builder().sharedQueueInterval(value));
            assertRefuses("threadStackSize", value, () -> on.builder().threadStackSize(value));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 255, 257, Integer.MAX_VALUE})
    void a_queue_capacity_that_is_no_power_of_two_is_refused(int value) {
        assertRefuses("queueCapacity", value, () -> TaskRuntime.builder().queueCapacity(value));
    }

    @ParameterizedTest
    @EnumSource
    void durations_and_names_are_checked(Runtimes on) {
        RuntimeBuilder<?> builder = on.builder();
        assertRefuses("blockingKeepAlive", Duration.ZERO, () -> builder.blockingKeepAlive(Duration.ZERO));
        assertRefuses("blockingKeepAlive", Duration.ofNanos(-1), () -> builder.blockingKeepAlive(Duration.ofNanos(-1)));
        assertRefuses("name", "", () -> builder.name(" "));
    }

    @ParameterizedTest
    @EnumSource
    void nulls_are_named(Runtimes on) {
        RuntimeBuilder<?> builder = on.builder();
        assertNames("name", () -> builder.name(null));
        assertNames("clock", () -> builder.clock(null));
        assertNames("factory", () -> builder.driver(null));
        assertNames("factory", () -> builder.threadFactory(null));
        assertNames("names", () -> builder.threadNames(null));
        assertNames("keepAlive", () -> builder.blockingKeepAlive(null));
        assertNames("handler", () -> builder.onUndeliverable(null));
    }

    private static void assertNames(String argument, Runnable call) {
        assertThatNullPointerException().isThrownBy(call::run).withMessage(argument);
    }

    @ParameterizedTest
    @EnumSource
    void a_negative_shutdown_is_refused_and_does_not_shut_down(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            assertRefuses("timeout", Duration.ofNanos(-1), () -> runtime.shutdown(Duration.ofNanos(-1)));
            assertThat(runtime.blockOn(runtime.spawn(Recipes.run(() -> 1)))).isEqualTo(1);
        }
    }

    @Test
    void threads_carry_the_name_and_are_daemons_unless_told_otherwise() {
        for (boolean daemon : new boolean[] {true, false}) {
            List<Thread> made = new ArrayList<>();
            try (TaskRuntime runtime = TaskRuntime.builder()
                    .workers(2)
                    .name("mill")
                    .daemon(daemon)
                    .threadFactory(body -> {
                        Thread thread = new Thread(body, "unnamed");
                        made.add(thread);
                        return thread;
                    })
                    .build()) {
                runtime.spawnBlocking(() -> 1).join();
                assertThat(made)
                        .extracting(Thread::getName)
                        .containsExactly("mill-worker-0", "mill-worker-1", "mill-blocking-0");
                assertThat(made).allMatch(thread -> thread.isDaemon() == daemon);
            }
            assertThat(made).noneMatch(Thread::isAlive);
        }
    }

    @Test
    void each_worker_has_a_driver_by_default_for_four() {
        assertDrivers(1, builder -> builder.workers(1));
        assertDrivers(1, builder -> builder.workers(7));
        assertDrivers(2, builder -> builder.workers(8));
        assertDrivers(3, builder -> builder.workers(3).drivers(3));
    }

    private static void assertDrivers(int expected, Consumer<WorkStealingRuntime.Builder> settings) {
        List<FakeDriver> made = new ArrayList<>();
        WorkStealingRuntime.Builder builder = TaskRuntime.builder().driver(clock -> {
            made.add(new FakeDriver());
            return made.get(made.size() - 1);
        });
        settings.accept(builder);
        builder.build().close();
        assertThat(made).hasSize(expected).allMatch(each -> each.closes.get() == 1);
    }

    /** What a build that fails has taken, it gives back. */
    @Test
    void a_build_that_fails_closes_the_drivers_it_had() {
        List<FakeDriver> made = new ArrayList<>();
        BiConsumer<WorkStealingRuntime.Builder, String> assertFails = (builder, message) -> {
            made.clear();
            assertThatIllegalStateException()
                    .isThrownBy(() -> builder.workers(2).drivers(2).build())
                    .withMessage(message);
            assertThat(made).isNotEmpty().allMatch(each -> each.closes.get() == 1);
        };
        assertFails.accept(
                TaskRuntime.builder().driver(clock -> {
                    if (made.size() == 1) {
                        throw new IllegalStateException("no second driver");
                    }
                    made.add(new FakeDriver());
                    return made.get(0);
                }),
                "no second driver");
        assertFails.accept(
                TaskRuntime.builder()
                        .driver(clock -> {
                            made.add(new FakeDriver());
                            return made.get(made.size() - 1);
                        })
                        .threadFactory(body -> {
                            throw new IllegalStateException("no thread");
                        }),
                "no thread");
        AtomicInteger threads = new AtomicInteger();
        assertThatExceptionOfType(IllegalThreadStateException.class)
                .isThrownBy(() -> TaskRuntime.builder()
                        .workers(3)
                        .driver(clock -> {
                            made.add(new FakeDriver());
                            return made.get(made.size() - 1);
                        })
                        .threadFactory(body -> threads.getAndIncrement() == 1 ? started() : new Thread(body))
                        .build());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> made.get(made.size() - 1).closes.get() == 1);
    }

    /** A thread that cannot be started again. */
    private static Thread started() {
        Thread thread = new Thread(() -> {});
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return thread;
    }

    @Test
    void a_name_function_names_every_thread() {
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .name("mill")
                .threadNames((name, role, number) -> role + " " + number + " of " + name)
                .build()) {
            assertThat(runtime.spawn(Recipes.run(() -> Thread.currentThread().getName()))
                            .join())
                    .isEqualTo("worker 0 of mill");
            assertThat(runtime.spawnBlocking(() -> Thread.currentThread().getName())
                            .join())
                    .isEqualTo("blocking 0 of mill");
        }
    }

    /** 256 MiB hold a recursion that no default stack of a mebibyte or eight does. */
    @Test
    void a_stack_size_is_handed_to_the_threads_and_excludes_a_factory() {
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).threadStackSize(256 << 20).build()) {
            assertThat(runtime.spawn(Recipes.run(() -> depth(400_000))).join()).isEqualTo(400_000);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskRuntime.builder()
                        .threadStackSize(1 << 20)
                        .threadFactory(Thread::new)
                        .build())
                .withMessageContainingAll("threadStackSize", "threadFactory");
    }

    private static int depth(int left) {
        return left == 0 ? 0 : 1 + depth(left - 1);
    }

    @ParameterizedTest
    @EnumSource
    void any_interval_serves_everybody(Runtimes on) {
        for (int interval : new int[] {1, 2, 1_000_000}) {
            try (TaskRuntime runtime = on.builder()
                    .sharedQueueInterval(interval)
                    .driverInterval(interval)
                    .build()) {
                List<JoinHandle<Integer>> tasks = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    tasks.add(runtime.spawn(Recipes.yields(i)));
                }
                assertThat(runtime.blockOn(Recipes.all(tasks))).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            }
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void blocking_calls_run_on_virtual_threads_where_asked_for_and_are_still_capped() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .name("mill")
                .blockingOnVirtualThreads(true)
                .blockingThreads(2)
                .build()) {
            CountDownLatch release = new CountDownLatch(1);
            List<JoinHandle<String>> calls = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                calls.add(runtime.spawnBlocking(() -> {
                    release.await();
                    return Thread.currentThread() + " in " + TaskRuntime.current();
                }));
            }
            await().until(() -> runtime.metrics().blockingThreads() == 2);
            assertThat(runtime.metrics().blockingCalls()).isEqualTo(5);
            release.countDown();
            for (JoinHandle<String> call : calls) {
                assertThat(call.join(Duration.ofSeconds(10)))
                        .startsWith("VirtualThread")
                        .contains("mill-blocking-")
                        .endsWith("in runtime mill");
            }
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void a_jdk_without_virtual_threads_says_so() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> TaskRuntime.builder().blockingOnVirtualThreads(true))
                .withMessageContainingAll("JDK 21", Runtime.version().toString(), "blockingOnVirtualThreads");
        TaskRuntime.builder().blockingOnVirtualThreads(false);
    }
}
