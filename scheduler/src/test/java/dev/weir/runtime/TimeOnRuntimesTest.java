package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Race;
import dev.weir.task.Select;
import dev.weir.task.Waker;
import dev.weir.testkit.ScriptedSource;
import dev.weir.time.Clock;
import dev.weir.time.DelayQueue;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import dev.weir.time.Throttle;
import dev.weir.time.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users rely on who sleep, bound, throttle and select, on every kind of runtime. */
class TimeOnRuntimesTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    // ---- never early ----

    @ParameterizedTest
    @EnumSource
    void a_sleep_is_never_early(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<JoinHandle<Long>> sleepers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sleepers.add(runtime.spawn(new Measured(Duration.ofNanos(i * 70_001L))));
            }
            for (JoinHandle<Long> sleeper : sleepers) {
                assertThat(runtime.blockOn(sleeper)).isNotNegative();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_sleep_begun_by_a_thread_for_blocking_calls_is_never_early(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            AtomicReference<JoinHandle<Long>> sleeper = new AtomicReference<>();
            JoinHandle<Boolean> blocking = runtime.spawnBlocking(() -> {
                sleeper.set(runtime.spawn(new Measured(Duration.ofMillis(5))));
                return true;
            });
            runtime.blockOn(blocking);
            assertThat(runtime.blockOn(sleeper.get())).isNotNegative();
        }
    }

    /** The task is always ready, so the runtime never waits; its timer fires all the same. */
    @ParameterizedTest
    @EnumSource
    void a_task_that_always_wakes_itself_does_not_starve_a_sleep(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            JoinHandle<?> spinner = runtime.spawn(Recipes.spinUntil(() -> false));
            assertThat(runtime.blockOn(new Measured(Duration.ofMillis(10)))).isNotNegative();
            spinner.cancel();
        }
    }

    /** All workers but one are stuck until the timer has fired: it is rescued or the test hangs. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void timers_of_stuck_workers_fire_on_time(int workers) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(workers).build()) {
            for (int round = 0; round < 10; round++) {
                CountDownLatch fired = new CountDownLatch(workers - 1);
                List<JoinHandle<Boolean>> stuck = new ArrayList<>();
                for (int i = 0; i < workers - 1; i++) {
                    stuck.add(runtime.spawn(cx -> {
                        runtime.spawn(Recipes.sequence(Sleep.of(Duration.ofMillis(2)), Recipes.run(() -> {
                            fired.countDown();
                            return true;
                        })));
                        return Poll.ready(fired.await(10, TimeUnit.SECONDS));
                    }));
                }
                for (JoinHandle<Boolean> task : stuck) {
                    assertThat(task.join(BOUND)).isTrue();
                }
            }
        }
    }

    /** Half a millisecond is rounded up to a wait, not spent in looking again and again. */
    @Test
    void a_wait_below_a_millisecond_does_not_spin() throws Exception {
        ConcurrentLinkedQueue<FakeDriver> drivers = new ConcurrentLinkedQueue<>();
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .driver(clock -> {
                    FakeDriver driver = new FakeDriver();
                    drivers.add(driver);
                    return driver;
                })
                .build()) {
            for (int i = 0; i < 50; i++) {
                runtime.spawn(Sleep.of(Duration.ofNanos(300_000))).join(BOUND);
            }
            int looks = drivers.stream()
                    .mapToInt(driver -> driver.polls.get() + driver.parks.get())
                    .sum();
            assertThat(looks).as("a few waits a sleep").isLessThan(50 * 20);
        }
    }

    // ---- paused ----

    /** A slot, the last of a slot, the next after a wrap, and far beyond: to the millisecond. */
    @Test
    void on_a_paused_clock_sleeps_take_exactly_their_time() {
        for (Duration each : List.of(
                Duration.ofMillis(1),
                Duration.ofMillis(10),
                Duration.ofMillis(60),
                Duration.ofDays(5 * 365),
                Duration.ofDays(10 * 365))) {
            ManualClock clock = new ManualClock();
            try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
                runtime.blockOn(Sleep.of(each));
                assertThat(clock.nanos()).isEqualTo(each.toNanos());
            }
        }
        ManualClock clock = new ManualClock();
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            runtime.blockOn(Sleep.of(Duration.ofMillis(5)));
            runtime.blockOn(Sleep.of(Duration.ofMillis(60)));
            assertThat(clock.nanos()).isEqualTo(Duration.ofMillis(65).toNanos());
            for (int year = 1; year <= 5; year++) {
                runtime.blockOn(Sleep.of(Duration.ofDays(365)));
                assertThat(clock.nanos())
                        .isEqualTo(Duration.ofDays(year * 365L).plusMillis(65).toNanos());
            }
        }
    }

    @Test
    void the_longest_timeout_has_not_passed_after_ten_years() {
        ManualClock clock = new ManualClock();
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            Pollable<String> late = Recipes.sequence(Sleep.of(Duration.ofDays(3650)), cx -> Poll.ready("late"));
            assertThat(runtime.blockOn(Timeout.of(late, Duration.ofSeconds(Long.MAX_VALUE))))
                    .isEqualTo("late");
        }
    }

    @Test
    void a_result_at_or_after_the_deadline_counts_and_one_that_is_not_there_does_not() {
        ManualClock clock = new ManualClock();
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            assertThat(runtime.<Integer>blockOn(Timeout.at(cx -> Poll.ready(1), -5))
                            .intValue())
                    .isEqualTo(1);
            assertThatThrownBy(() -> runtime.blockOn(Timeout.of(Recipes.never(), Duration.ofMillis(301))))
                    .hasRootCauseInstanceOf(TimeoutException.class);
            assertThat(clock.nanos()).isEqualTo(Duration.ofMillis(301).toNanos());
            assertThatThrownBy(() -> runtime.blockOn(
                            Timeout.at(Recipes.never(), Duration.ofMillis(400).toNanos())))
                    .hasRootCauseMessage("no result by the deadline");
            assertThat(clock.nanos()).isEqualTo(Duration.ofMillis(400).toNanos());
        }
    }

    /** One that always uses up the budget must time out as well. */
    @ParameterizedTest
    @EnumSource
    void endless_work_that_is_always_ready_times_out(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Pollable<Integer> endless = cx -> {
                while (cx.charge()) {
                    // reads on
                }
                return Poll.pending();
            };
            assertThatThrownBy(() -> runtime.blockOn(Timeout.of(endless, Duration.ofMillis(1))))
                    .hasRootCauseInstanceOf(TimeoutException.class);
        }
    }

    // ---- wakers, runtimes ----

    /** Wakers run outside of all locks: they may close any timer, also those of the same tick. */
    @ParameterizedTest
    @EnumSource
    void a_wake_may_close_a_hundred_sleeps(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<Sleep> sleeps = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sleeps.add(Sleep.of(Duration.ofMillis(5)));
            }
            runtime.blockOn(new Pollable<Integer>() {
                private volatile boolean closed;

                @Override
                public Poll<Integer> poll(Context cx) {
                    if (closed) {
                        return Poll.ready(1);
                    }
                    Waker own = cx.waker();
                    Context closing = cx.withWaker(() -> {
                        sleeps.forEach(Sleep::close);
                        closed = true;
                        own.wake();
                    });
                    sleeps.get(99).poll(closing);
                    sleeps.subList(0, 99).forEach(sleep -> sleep.poll(cx.withWaker(() -> {})));
                    return Poll.pending();
                }
            });
        }
    }

    @Test
    void a_sleep_keeps_to_its_runtime_when_another_polls_it() throws Exception {
        ManualClock clock = new ManualClock();
        Sleep sleep = Sleep.of(Duration.ofHours(1));
        try (TaskRuntime own = TaskRuntime.currentThread().clock(clock).build();
                TaskRuntime other = TaskRuntime.builder().workers(1).build()) {
            own.blockOn(cx -> {
                sleep.poll(cx);
                return Poll.ready(1);
            });
            JoinHandle<Boolean> moved =
                    other.spawn(cx -> Poll.ready(sleep.poll(cx).isPending()));
            assertThat(moved.join(BOUND)).isTrue();
            own.blockOn(Sleep.of(Duration.ofHours(2)));
            assertThat(other.spawn(cx -> Poll.ready(sleep.poll(cx).isReady())).join(BOUND))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_sleep_whose_runtime_is_gone_says_so(Runtimes on) {
        Sleep sleep = Sleep.of(Duration.ofHours(1));
        TaskRuntime gone = on.build();
        gone.blockOn(cx -> {
            sleep.poll(cx);
            return Poll.ready(1);
        });
        gone.close();
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            assertThatThrownBy(() -> runtime.blockOn(sleep)).hasStackTraceContaining("shut down");
        }
    }

    // ---- streams of time ----

    @Test
    void a_throttled_source_keeps_its_gaps_to_the_millisecond() {
        ManualClock clock = new ManualClock();
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            Throttle<String> source =
                    Throttle.of(ScriptedSource.of("a", "b", "c").end(), Duration.ofMillis(100));
            List<String> seen = new ArrayList<>();
            runtime.blockOn(cx -> {
                for (String item = source.poll(cx); item != null; item = source.poll(cx)) {
                    seen.add(item + "@" + clock.nanos() / 1_000_000);
                }
                return source.isDone() ? Poll.ready(1) : Poll.pending();
            });
            assertThat(seen).containsExactly("a@0", "b@100", "c@200");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_delay_queue_hands_out_in_time_on_every_runtime(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            DelayQueue<Long> queue = new DelayQueue<>(runtime.clock());
            for (int i = 0; i < 50; i++) {
                long deadline = runtime.clock().nanos() + (i * 37 % 50) * 200_000L;
                queue.insertAt(deadline, deadline);
            }
            runtime.blockOn(cx -> {
                for (Long deadline = queue.poll(cx); deadline != null; deadline = queue.poll(cx)) {
                    assertThat(runtime.clock().nanos() - deadline).isNotNegative();
                }
                return queue.isEmpty() ? Poll.ready(1) : Poll.pending();
            });
        }
    }

    // ---- select ----

    @ParameterizedTest
    @EnumSource
    void a_select_takes_either_of_two_that_are_ready_and_drops_the_loser(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<String> winners = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                winners.add(runtime.blockOn(
                        Select.<String>of().on(cx -> Poll.ready(1), one -> "a").on(cx -> Poll.ready(2), two -> "b")));
            }
            assertThat(winners).contains("a", "b");
            assertThat(runtime.blockOn(Race.of(
                            Recipes.sequence(Sleep.of(Duration.ofMillis(1)), cx -> Poll.ready("fast")),
                            Recipes.<String>never())))
                    .isEqualTo("fast");
        }
    }

    @Test
    void the_same_seed_selects_the_same() {
        assertThat(selections(7)).isEqualTo(selections(7)).isNotEqualTo(selections(8));
    }

    private static List<String> selections(long seed) {
        List<String> winners = new ArrayList<>();
        try (TaskRuntime runtime = TaskRuntime.currentThread().seed(seed).build()) {
            for (int i = 0; i < 60; i++) {
                winners.add(runtime.blockOn(
                        Select.<String>of().on(cx -> Poll.ready(1), one -> "a").on(cx -> Poll.ready(2), two -> "b")));
            }
        }
        return winners;
    }

    /** Ready with how long after its deadline it ran again. */
    private static final class Measured implements Pollable<Long> {
        private final Duration duration;
        private Sleep sleep;
        private long deadline;

        Measured(Duration duration) {
            this.duration = duration;
        }

        @Override
        public Poll<Long> poll(Context cx) {
            Clock clock = cx.service(Clock.class);
            if (sleep == null) {
                deadline = clock.nanos() + duration.toNanos();
                sleep = Sleep.until(deadline);
            }
            return sleep.poll(cx).isPending() ? Poll.pending() : Poll.ready(clock.nanos() - deadline);
        }
    }
}
