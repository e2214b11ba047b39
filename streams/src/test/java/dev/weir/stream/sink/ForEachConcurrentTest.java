package dev.weir.stream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.StreamRun;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import dev.weir.testkit.PollProbe;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForEachConcurrentTest {
    private final ManualClock clock = new ManualClock();
    private final TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build();
    private final AtomicInteger alive = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Sleeps and counts how many of it are alive. */
    private final class Work implements Pollable<@Nullable Void> {
        private final Sleep sleep;
        private final @Nullable Exception failure;

        Work(int millis, @Nullable Exception failure) {
            this.sleep = Sleep.of(Duration.ofMillis(millis));
            this.failure = failure;
            most.accumulateAndGet(alive.incrementAndGet(), Math::max);
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            Poll<@Nullable Void> answer = sleep.poll(cx);
            if (answer.isReady() && failure != null) {
                throw failure;
            }
            return answer;
        }

        @Override
        public void close() {
            sleep.close();
            alive.decrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 1000})
    void runs_all_work_and_never_more_than_the_bound_at_a_time(int bound) {
        long count =
                runtime.blockOn(AsyncStream.range(0, 300).forEachConcurrent(bound, n -> new Work(1 + n % 7, null)));

        assertThat(count).isEqualTo(300);
        assertThat(most).hasValue(Math.min(bound, 300));
        assertThat(alive).hasValue(0);
    }

    @Test
    void takes_no_item_while_all_places_are_occupied() {
        List<Integer> aliveWhenTaken = new ArrayList<>();
        runtime.blockOn(AsyncStream.range(0, 10)
                .peek(n -> aliveWhenTaken.add(alive.get()))
                .forEachConcurrent(3, n -> new Work(5, null)));

        assertThat(aliveWhenTaken).hasSize(10).allMatch(count -> count < 3);
    }

    @Test
    void work_that_is_ready_at_once_and_no_items_at_all_complete() {
        assertThat(runtime.<Long>blockOn(AsyncStream.range(0, 1000).forEachConcurrent(2, n -> cx -> Poll.ready(n))))
                .isEqualTo(1000);
        assertThat(runtime.<Long>blockOn(AsyncStream.empty().forEachConcurrent(2, n -> cx -> Poll.ready(n))))
                .isZero();
    }

    @Test
    void the_failure_of_one_cancels_the_others_and_comes_out_when_all_have_ended() {
        AtomicInteger started = new AtomicInteger();
        assertThatThrownBy(() -> runtime.blockOn(AsyncStream.range(0, 1000).forEachConcurrent(4, n -> {
                    started.incrementAndGet();
                    return new Work(n == 2 ? 5 : 1000, n == 2 ? new IOException("work 2") : null);
                })))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(IOException.class)
                .hasRootCauseMessage("work 2");

        assertThat(alive).hasValue(0);
        assertThat(started).hasValue(4);
        assertThat(clock.nanos()).isLessThan(Duration.ofMillis(100).toNanos());
    }

    @Test
    void a_failure_of_the_stream_cancels_the_work() {
        AtomicBoolean closed = new AtomicBoolean();
        AsyncStream<Integer> failing = AsyncStream.of(1, 2)
                .concatWith(AsyncStream.failed(new IOException("stream")))
                .onClose(() -> closed.set(true));

        assertThatThrownBy(() -> runtime.blockOn(failing.forEachConcurrent(4, n -> new Work(1000, null))))
                .hasRootCauseMessage("stream");

        assertThat(alive).hasValue(0);
        assertThat(closed).isTrue();
    }

    @Test
    void with_a_handler_a_failure_goes_to_it_and_the_rest_goes_on() {
        List<String> failures = new ArrayList<>();
        long count = runtime.blockOn(AsyncStream.range(0, 10)
                .forEachConcurrent(
                        3,
                        n -> {
                            if (n == 4) {
                                throw new IllegalStateException("function " + n);
                            }
                            return new Work(5, n % 3 == 0 ? new IOException("work " + n) : null);
                        },
                        (n, thrown) -> failures.add(n + ": " + thrown.getMessage())));

        assertThat(count).isEqualTo(10);
        assertThat(failures)
                .containsExactlyInAnyOrder("0: work 0", "3: work 3", "4: function 4", "6: work 6", "9: work 9");
        assertThat(alive).hasValue(0);
    }

    @Test
    void a_handler_that_throws_ends_the_whole() {
        assertThatThrownBy(() -> runtime.blockOn(AsyncStream.range(0, 10)
                        .forEachConcurrent(
                                3, n -> new Work(n == 1 ? 1 : 1000, new IOException("work")), (n, thrown) -> {
                                    throw new IllegalStateException("handler");
                                })))
                .hasRootCauseMessage("handler");

        assertThat(alive).hasValue(0);
    }

    @Test
    void a_function_that_throws_stops_the_intake_at_once() {
        AtomicInteger taken = new AtomicInteger();
        assertThatThrownBy(() -> runtime.blockOn(AsyncStream.range(0, 10)
                        .peek(n -> taken.incrementAndGet())
                        .forEachConcurrent(3, n -> {
                            throw new IllegalStateException("function");
                        })))
                .hasRootCauseMessage("function");

        assertThat(taken).hasValue(1);
    }

    @Test
    void a_turn_is_bounded_though_the_stream_charges_nothing_and_the_work_of_each_item_is_refused() throws Exception {
        Source<Integer> free = new Source<>() {
            @Override
            public Integer poll(Context cx) {
                return 1;
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void close() {}
        };
        AtomicInteger refused = new AtomicInteger();
        StreamRun<Long> run = AsyncStream.from(free)
                .forEachConcurrent(
                        1,
                        n -> {
                            throw new IllegalStateException("as planned");
                        },
                        (n, thrown) -> refused.incrementAndGet());
        PollProbe probe = PollProbe.withBudget(8).with(TaskRuntime.class, runtime);

        assertThat(probe.poll(run).isPending()).isTrue();

        assertThat(probe.isWoken()).isTrue();
        assertThat(refused).hasValue(8);
        run.close();
    }

    @Test
    void null_work_names_the_operator() {
        assertThatThrownBy(() -> runtime.blockOn(AsyncStream.of(1).forEachConcurrent(1, n -> null)))
                .hasRootCauseInstanceOf(NullPointerException.class)
                .hasMessageContaining("forEachConcurrent");
    }

    @Test
    void cancelling_the_run_cancels_all_work() throws Exception {
        try (TaskRuntime workers = TaskRuntime.builder().workers(2).build()) {
            CountDownLatch started = new CountDownLatch(50);
            CountDownLatch closed = new CountDownLatch(50);
            AtomicBoolean sourceClosed = new AtomicBoolean();
            JoinHandle<Long> run = AsyncStream.range(0, 1000)
                    .onClose(() -> sourceClosed.set(true))
                    .forEachConcurrent(50, n -> new Pollable<@Nullable Void>() {
                        @Override
                        public Poll<@Nullable Void> poll(Context cx) {
                            started.countDown();
                            return Poll.pending();
                        }

                        @Override
                        public void close() {
                            closed.countDown();
                        }
                    })
                    .run(workers);
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

            run.cancel();

            assertThatThrownBy(run::join).isInstanceOf(CancellationException.class);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(sourceClosed).isTrue();
        }
    }

    @Test
    void the_work_of_many_items_spreads_over_the_workers_and_all_of_it_is_done() {
        try (TaskRuntime workers = TaskRuntime.builder().workers(3).build()) {
            Set<Integer> done = ConcurrentHashMap.newKeySet();
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            JoinHandle<Long> run = AsyncStream.range(0, 20_000)
                    .forEachConcurrent(
                            64,
                            n -> new Yielding(3, () -> {
                                threads.add(Thread.currentThread());
                                done.add(n);
                            }))
                    .run(workers);

            assertThat(run.join()).isEqualTo(20_000);
            assertThat(done).hasSize(20_000);
            assertThat(threads).isNotEmpty().hasSizeLessThanOrEqualTo(3);
        }
    }

    /** Lets its peers run a few times, then acts. */
    private static final class Yielding implements Pollable<@Nullable Void> {
        private final Runnable action;
        private int yields;

        Yielding(int yields, Runnable action) {
            this.yields = yields;
            this.action = action;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            if (yields-- > 0) {
                Waker waker = cx.waker();
                waker.wake();
                return Poll.pending();
            }
            action.run();
            return Poll.done();
        }
    }
}
