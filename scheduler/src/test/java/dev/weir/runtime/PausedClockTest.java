package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a paused clock does on the one runtime that may have it: when it goes on, when it does not, and how far. */
class PausedClockTest {
    private static final Executor NEW_THREAD = body -> new Thread(body).start();
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualClock clock = new ManualClock();
    private final CurrentThreadRuntime runtime =
            TaskRuntime.currentThread().clock(clock).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void sleeps_of_any_length_end_on_the_dot() {
        Duration year = Duration.ofDays(365);
        List<Duration> lengths = new ArrayList<>(
                List.of(Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(60), Duration.ofMillis(5)));
        lengths.addAll(List.of(Duration.ofMillis(60), year.multipliedBy(5), year, year, year, year, year));
        lengths.add(year.multipliedBy(10));
        for (Duration length : lengths) {
            long before = clock.nanos();
            runtime.blockOn(Sleep.of(length));
            assertThat(clock.nanos() - before).isEqualTo(length.toNanos());
        }
    }

    @Test
    void a_sleep_for_ever_is_behind_all_others() {
        JoinHandle<?> forEver = runtime.spawn(Sleep.of(Duration.ofSeconds(Long.MAX_VALUE)));
        runtime.blockOn(Sleep.of(Duration.ofDays(365 * 100)));
        assertThat(forEver.isDone()).isFalse();
    }

    @Test
    void time_waits_for_the_blocking_calls_however_many_tasks_sleep() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicLong shownAtEnd = new AtomicLong(-1);
        for (int i = 0; i < 3; i++) {
            runtime.spawnBlocking(() -> {
                release.await();
                shownAtEnd.set(clock.nanos());
                return 1;
            });
        }
        List<JoinHandle<Integer>> sleepers = new ArrayList<>();
        for (int i = 1; i <= 10_000; i++) {
            sleepers.add(runtime.spawn(
                    Recipes.sequence(Sleep.of(Duration.ofMillis(i * 7919L % 5_000)), Recipes.run(() -> 1))));
        }
        CompletableFuture<List<Integer>> all =
                CompletableFuture.supplyAsync(() -> runtime.blockOn(Recipes.all(sleepers)), NEW_THREAD);
        await().until(() -> runtime.metrics().polls() >= 10_000);
        assertThat(clock.nanos()).isZero();
        release.countDown();
        assertThat(all.get(20, TimeUnit.SECONDS)).hasSize(10_000);
        assertThat(shownAtEnd).hasValue(0);
        assertThat(clock.nanos()).isEqualTo(Duration.ofMillis(4_999).toNanos());
    }

    @Test
    void a_wake_from_another_thread_comes_before_the_next_timer() {
        AtomicReference<Waker> waiting = new AtomicReference<>();
        AtomicLong shown = new AtomicLong(-1);
        JoinHandle<?> woken = runtime.spawn(cx -> {
            if (waiting.getAndSet(cx.waker()) == null) {
                return Poll.pending();
            }
            shown.set(clock.nanos());
            return Poll.done();
        });
        runtime.spawn(cx -> {
            Thread other = new Thread(() -> waiting.get().wake());
            other.start();
            other.join();
            return Poll.done();
        });
        runtime.blockOn(Sleep.of(HOUR));
        assertThat(woken.isDone()).isTrue();
        assertThat(shown).hasValue(0);
    }

    @Test
    void without_auto_advance_a_sleeper_waits_until_somebody_lets_time_pass() throws Exception {
        clock.autoAdvance(false);
        CompletableFuture<?> sleeper = CompletableFuture.runAsync(() -> runtime.blockOn(Sleep.of(HOUR)), NEW_THREAD);
        await().until(() -> runtime.metrics().parks() > 0);
        clock.advance(HOUR.minusNanos(1));
        assertThat(sleeper).isNotDone();
        clock.advance(Duration.ofNanos(1));
        sleeper.get(30, TimeUnit.SECONDS);
        assertThat(clock.nanos()).isEqualTo(HOUR.toNanos());
    }

    @Test
    void a_clock_that_is_resumed_while_the_runtime_waits_ends_the_sleep_by_itself() throws Exception {
        clock.autoAdvance(false);
        CompletableFuture<?> sleeper =
                CompletableFuture.runAsync(() -> runtime.blockOn(Sleep.of(Duration.ofMillis(20))), NEW_THREAD);
        await().until(() -> runtime.metrics().parks() > 0);
        clock.resume();
        sleeper.get(20, TimeUnit.SECONDS);
        clock.pause();
        assertThat(clock.nanos()).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void advance_jumps_and_elapse_does_not() {
        List<Long> shown = new ArrayList<>();
        spawnSleepers(shown);
        runtime.advance(HOUR.multipliedBy(3));
        assertThat(shown)
                .containsExactly(
                        HOUR.multipliedBy(3).toNanos(), HOUR.multipliedBy(3).toNanos());

        shown.clear();
        spawnSleepers(shown);
        runtime.elapse(HOUR.multipliedBy(3));
        assertThat(shown)
                .containsExactly(
                        HOUR.multipliedBy(4).toNanos(), HOUR.multipliedBy(5).toNanos());
        assertThat(clock.nanos()).isEqualTo(HOUR.multipliedBy(6).toNanos());
    }

    private void spawnSleepers(List<Long> shown) {
        for (int hours = 1; hours <= 2; hours++) {
            runtime.spawn(
                    Recipes.sequence(Sleep.of(HOUR.multipliedBy(hours)), Recipes.run(() -> shown.add(clock.nanos()))));
        }
    }

    @Test
    void advance_is_not_early_by_a_nanosecond() {
        JoinHandle<?> sleeper = runtime.spawn(Sleep.of(HOUR));
        runtime.advance(HOUR.minusNanos(1));
        assertThat(sleeper.isDone()).isFalse();
        runtime.advance(Duration.ofNanos(1));
        assertThat(sleeper.isDone()).isTrue();
    }

    @Test
    void running_until_idle_waits_for_blocking_calls_and_lets_no_time_pass() {
        JoinHandle<Integer> call = runtime.spawn(new Awaiting(runtime.spawnBlocking(() -> 5)));
        JoinHandle<?> sleeper = runtime.spawn(Sleep.of(HOUR));
        assertThat(runtime.runUntilIdle()).isPositive();
        assertThat(call.join()).isEqualTo(5);
        assertThat(sleeper.isDone()).isFalse();
        assertThat(clock.nanos()).isZero();
        assertThat(runtime.nanosUntilNextTimer()).isPositive().isLessThanOrEqualTo(HOUR.toNanos());
        assertThat(runtime.runUntilIdle()).isZero();
    }

    /** It is due although time stands still, and the call waits for it. */
    @Test
    void a_timer_that_a_blocking_call_sets_fires_while_the_call_goes_on() {
        FakeDriver driver = new FakeDriver();
        try (CurrentThreadRuntime waiting = TaskRuntime.currentThread()
                .clock(clock)
                .driver(ignored -> driver)
                .build()) {
            Timers timers = waiting.service(Timers.class);
            for (boolean stepping : new boolean[] {true, false}) {
                int parked = driver.parks.get();
                JoinHandle<Boolean> call = waiting.spawnBlocking(() -> {
                    while (driver.parks.get() == parked) {
                        Thread.onSpinWait();
                    }
                    CountDownLatch fired = new CountDownLatch(1);
                    timers.schedule(clock.nanos(), fired::countDown);
                    return fired.await(10, TimeUnit.SECONDS);
                });
                if (stepping) {
                    waiting.runUntilIdle();
                } else {
                    waiting.blockOn(Recipes.end(call));
                }
                assertThat(call.join()).isTrue();
            }
        }
    }

    private record Awaiting(JoinHandle<Integer> handle) implements Pollable<Integer> {
        @Override
        public Poll<Integer> poll(Context cx) {
            return handle.poll(cx);
        }
    }

    @Test
    void stepping_is_not_for_tasks_and_not_for_a_clock_that_runs() {
        JoinHandle<String> refused = runtime.spawn(cx -> {
            try {
                runtime.runUntilIdle();
                return Poll.ready("ran");
            } catch (IllegalStateException e) {
                return Poll.ready("refused");
            }
        });
        runtime.runUntilIdle();
        assertThat(refused.join()).isEqualTo("refused");
        clock.resume();
        assertThatIllegalStateException()
                .isThrownBy(() -> runtime.advance(HOUR))
                .withMessageContaining("not paused");
        assertThatIllegalStateException().isThrownBy(() -> runtime.elapse(HOUR)).withMessageContaining("not paused");
        clock.pause();
        assertThatIllegalArgumentException().isThrownBy(() -> runtime.elapse(Duration.ofNanos(-1)));
        try (CurrentThreadRuntime machine = TaskRuntime.currentThread().build()) {
            assertThatIllegalStateException().isThrownBy(() -> machine.advance(HOUR));
        }
    }

    @Test
    void stepping_while_another_thread_drives_is_refused() throws Exception {
        Signal end = new Signal();
        clock.autoAdvance(false);
        CompletableFuture<?> driver = CompletableFuture.runAsync(() -> runtime.blockOn(end), NEW_THREAD);
        await().until(() -> runtime.metrics().parks() > 0);
        assertThatIllegalStateException().isThrownBy(runtime::runUntilIdle).withMessageContaining("another thread");
        end.set(1);
        driver.get(30, TimeUnit.SECONDS);
    }

    @Test
    void workers_refuse_a_paused_clock() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TaskRuntime.builder().clock(clock).build())
                .withMessageContaining("currentThread()");
    }

    @Test
    void a_closed_runtime_follows_its_clock_no_longer_and_leaves_no_timer() {
        runtime.spawn(Sleep.of(HOUR));
        runtime.runUntilIdle();
        Timers timers = runtime.service(Timers.class);
        assertThat(timers.size()).isEqualTo(1);
        runtime.close();
        assertThat(timers.size()).isZero();
        assertThat(runtime.runUntilIdle()).isZero();
        clock.advance(HOUR);
    }
}
