package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What {@link TaskOutcomesTest} does not enumerate: joins, wakes from many threads, and what is not left behind. */
class TaskTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Lane lane = new Lane();

    @Test
    void t2_a_wake_during_a_poll_leads_to_one_more_poll_behind_the_peers() {
        List<String> turns = new ArrayList<>();
        lane.spawn(cx -> {
            turns.add("first");
            if (turns.size() == 1) {
                cx.waker().wake();
                cx.waker().wake();
                return Poll.pending();
            }
            return Poll.done();
        });
        lane.spawn(cx -> {
            turns.add("peer");
            return Poll.done();
        });
        lane.runAll();
        assertThat(turns).containsExactly("first", "peer", "first");
    }

    @Test
    void t2_wakes_before_a_poll_are_merged_into_it() {
        AtomicInteger polls = new AtomicInteger();
        Task<Void> task = lane.spawn(cx -> {
            polls.incrementAndGet();
            return Poll.pending();
        });
        task.wake();
        task.wake();
        lane.runAll();
        assertThat(polls).hasValue(1);
        task.wake();
        task.wake();
        assertThat(lane.size()).isEqualTo(1);
        lane.runAll();
        assertThat(polls).hasValue(2);
    }

    @Test
    void t3_after_the_end_neither_wake_nor_cancel_schedules_the_task() {
        Task<String> task = lane.spawn(cx -> Poll.ready("end"));
        lane.runAll();
        task.wake();
        task.cancel();
        assertThat(lane.size()).isZero();
        assertThat(task.join()).isEqualTo("end");
    }

    @Test
    void t3_cancel_never_closes_on_the_thread_that_cancels() {
        AtomicReference<Thread> closer = new AtomicReference<>();
        Task<Void> task = lane.spawn(new Pollable<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public void close() {
                closer.set(Thread.currentThread());
            }
        });
        lane.runAll();
        task.cancel();
        task.cancel();
        assertThat(closer).hasNullValue();
        assertThat(lane.size()).isEqualTo(1);
        lane.runAll();
        assertThat(closer).hasValue(Thread.currentThread());
    }

    @Test
    void a_joiner_that_throws_keeps_nobody_from_hearing_of_the_end() {
        Error failure = new OutOfMemoryError("meant to fail");
        AtomicInteger wakes = new AtomicInteger();
        List<Task<?>> completed = new ArrayList<>();
        List<Throwable> undeliverable = new ArrayList<>();
        Task<String> task = new Task<>(cx -> Poll.ready("end"), new Scheduler() {
            @Override
            public void schedule(Task<?> scheduled) {}

            @Override
            public void requeue(Task<?> scheduled) {}

            @Override
            public void completed(Task<?> ended) {
                completed.add(ended);
            }

            @Override
            public void undeliverable(Throwable thrown) {
                undeliverable.add(thrown);
            }
        });
        task.onEnd(wakes::incrementAndGet);
        task.onEnd(() -> {
            throw failure;
        });
        task.onEnd(wakes::incrementAndGet);
        task.run(lane.context());
        assertThat(wakes).hasValue(2);
        assertThat(completed).containsExactly(task);
        assertThat(undeliverable).containsExactly(failure);
        assertThat(task.join()).isEqualTo("end");
    }

    /** Has no memory for a task at first. */
    private static final class Scarce implements Scheduler {
        final OutOfMemoryError failure = new OutOfMemoryError("meant to fail");
        final List<Task<?>> scheduled = new ArrayList<>();
        int refusals = 1;
        Runnable meanwhile = () -> {};

        @Override
        public void schedule(Task<?> task) {
            if (refusals-- > 0) {
                meanwhile.run();
                throw failure;
            }
            scheduled.add(task);
        }

        @Override
        public void requeue(Task<?> task) {
            schedule(task);
        }

        @Override
        public void completed(Task<?> task) {}

        @Override
        public void undeliverable(Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    @Test
    void a_wake_for_which_there_was_no_memory_fails_and_the_next_schedules_the_task() {
        Scarce scheduler = new Scarce();
        Task<String> task = new Task<>(cx -> Poll.pending(), scheduler);
        task.run(lane.context());
        assertThatThrownBy(task::wake).isSameAs(scheduler.failure);
        task.wake();
        task.wake();
        assertThat(scheduler.scheduled).containsExactly(task);
    }

    @Test
    void a_cancel_for_which_there_was_no_memory_fails_and_the_next_wake_ends_the_task() {
        Scarce scheduler = new Scarce();
        Task<String> task = new Task<>(cx -> Poll.pending(), scheduler);
        task.run(lane.context());
        assertThatThrownBy(task::cancel).isSameAs(scheduler.failure);
        task.wake();
        assertThat(scheduler.scheduled).containsExactly(task);
        task.run(lane.context());
        assertThat(task.failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void a_cancel_that_relied_on_a_wake_for_which_there_was_no_memory_is_done_with_the_next() {
        Scarce scheduler = new Scarce();
        Task<String> task = new Task<>(cx -> Poll.pending(), scheduler);
        scheduler.meanwhile = task::cancel;
        task.run(lane.context());
        assertThatThrownBy(task::wake).isSameAs(scheduler.failure);
        assertThat(task.isCancelled()).isTrue();
        task.wake();
        assertThat(scheduler.scheduled).containsExactly(task);
        task.run(lane.context());
        assertThat(task.failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void a_task_for_whose_next_turn_there_is_no_memory_fails() {
        Scarce scheduler = new Scarce();
        AtomicInteger closes = new AtomicInteger();
        Task<String> task = new Task<>(
                new Pollable<>() {
                    @Override
                    public Poll<String> poll(Context cx) {
                        cx.waker().wake();
                        return Poll.pending();
                    }

                    @Override
                    public void close() {
                        closes.incrementAndGet();
                    }
                },
                scheduler);
        task.run(lane.context());
        assertThat(task.failure()).isSameAs(scheduler.failure);
        assertThat(closes).hasValue(1);
    }

    @Test
    void t4_whatever_a_poll_throws_its_peers_run_on() {
        Task<Void> sick = lane.spawn(cx -> {
            throw new StackOverflowError("planted");
        });
        Task<String> sound = lane.spawn(cx -> Poll.ready("sound"));
        lane.runAll();
        assertThat(sound.join()).isEqualTo("sound");
        assertThatThrownBy(sick::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
        assertThat(lane.undeliverable).isEmpty();
    }

    @Test
    void a_failure_keeps_its_identity_for_every_joiner() {
        IOException failure = new IOException("reset");
        Task<Void> task = lane.spawn(cx -> {
            throw failure;
        });
        lane.runAll();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(task::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCause(failure);
            assertThatThrownBy(() -> task.join(LONG)).hasCause(failure);
        }
    }

    @Test
    void a_failed_close_after_a_failed_poll_reports_both() {
        IOException failure = new IOException("reset");
        IllegalStateException second = new IllegalStateException("and the close");
        Task<Void> task = lane.spawn(new Pollable<>() {
            @Override
            public Poll<Void> poll(Context cx) throws IOException {
                throw failure;
            }

            @Override
            public void close() {
                throw second;
            }
        });
        lane.runAll();
        assertThatThrownBy(task::join).hasCause(failure);
        assertThat(lane.undeliverable).containsExactly(second);
    }

    @Test
    void join_on_a_thread_that_runs_tasks_is_refused_until_the_task_has_ended() {
        Task<String> other = lane.spawn(cx -> Poll.ready("ended"));
        Task<String> asks = new Task<>(cx -> Poll.ready(other.join()), lane);
        Task<String> asksWithLimit = new Task<>(cx -> Poll.ready(other.join(LONG)), lane);
        Context cx = lane.context();
        cx.enter();
        try {
            asks.run(cx);
            asksWithLimit.run(cx);
        } finally {
            cx.leave();
        }
        assertThatThrownBy(asks::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(asksWithLimit::join).hasCauseInstanceOf(IllegalStateException.class);
        lane.runAll();
        Task<String> late = lane.spawn(context -> Poll.ready(other.join()));
        lane.runAll();
        assertThat(late.join()).isEqualTo("ended");
    }

    @Test
    void join_keeps_the_interrupt_and_waits_on() throws Exception {
        Task<String> task = lane.spawn(cx -> Poll.ready("in the end"));
        AtomicReference<String> result = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread joiner = new Thread(() -> {
            result.set(task.join());
            flag.set(Thread.currentThread().isInterrupted());
        });
        joiner.start();
        awaitParked(joiner);
        joiner.interrupt();
        Awaitility.await().atMost(LONG).until(() -> !joiner.isInterrupted());
        assertThat(joiner.isAlive()).isTrue();
        lane.runAll();
        joiner.join(LONG.toMillis());
        assertThat(result).hasValue("in the end");
        assertThat(flag).isTrue();
    }

    @Test
    void a_timed_join_ends_by_interrupt_and_by_time_and_leaves_nothing_behind() throws Exception {
        Task<Void> task = lane.spawn(cx -> Poll.pending());
        lane.runAll();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> task.join(Duration.ZERO)).isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> task.join(Duration.ofNanos(1))).isInstanceOf(TimeoutException.class);
        }
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread joiner = new Thread(() -> {
            try {
                task.join(LONG);
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        joiner.start();
        awaitParked(joiner);
        assertThat(task.joinerCount()).isEqualTo(1);
        joiner.interrupt();
        joiner.join(LONG.toMillis());
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(task.joinerCount()).isZero();
        assertThat(task.isDone()).isFalse();
    }

    @Test
    void a_timed_join_accepts_for_ever_and_refuses_the_past() throws Exception {
        Task<String> task = lane.spawn(cx -> Poll.ready("end"));
        assertThatThrownBy(() -> task.join(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout")
                .hasMessageContaining("PT-0.000000001S");
        AtomicReference<Object> result = new AtomicReference<>();
        Thread joiner = new Thread(() -> {
            try {
                result.set(task.join(Duration.ofSeconds(Long.MAX_VALUE)));
            } catch (Exception e) {
                result.set(e);
            }
        });
        joiner.start();
        awaitParked(joiner);
        lane.runAll();
        joiner.join(LONG.toMillis());
        assertThat(result).hasValue("end");
    }

    @Test
    void futures_that_were_cancelled_or_timed_out_do_not_pile_up_and_the_others_are_told() {
        Task<String> task = lane.spawn(cx -> Poll.pending());
        List<CompletableFuture<String>> kept = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            CompletableFuture<String> future = task.toCompletionStage().toCompletableFuture();
            if (i % 100 == 0) {
                kept.add(future);
            } else if (i % 2 == 0) {
                future.cancel(true);
            } else {
                future.completeExceptionally(new TimeoutException("as planned"));
            }
        }
        assertThat(task.joinerCount()).isLessThan(64);

        task.cancel();
        lane.runAll();

        assertThat(kept).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void a_task_that_polls_a_handle_many_times_waits_once() {
        Task<Void> awaited = lane.spawn(cx -> Poll.pending());
        AtomicInteger polls = new AtomicInteger();
        Task<Void> awaiting = lane.spawn(cx -> {
            polls.incrementAndGet();
            return awaited.poll(cx);
        });
        lane.runAll();
        for (int i = 0; i < 100; i++) {
            awaiting.wake();
            lane.runAll();
        }
        assertThat(polls).hasValue(101);
        assertThat(awaited.joinerCount()).isEqualTo(1);
        awaited.cancel();
        lane.runAll();
        assertThat(polls).hasValue(102);
        assertThatThrownBy(awaiting::join).hasCauseInstanceOf(CancellationException.class);
    }

    @Test
    void waiting_costs_no_budget_and_an_empty_budget_waits() {
        Task<String> awaited = new Task<>(cx -> Poll.ready("end"), lane);
        Context cx = lane.context();
        for (int i = 0; i < 2 * Budget.DEFAULT; i++) {
            assertThat(awaited.poll(cx).isPending()).isTrue();
        }
        assertThat(cx.budget().exhaustions()).isZero();
        while (cx.budget().tryCharge()) {
            // use it up
        }
        awaited.run(lane.context());
        AtomicInteger wakes = new AtomicInteger();
        assertThat(awaited.poll(cx.withWaker(wakes::incrementAndGet)).isPending())
                .isTrue();
        assertThat(wakes).hasValue(1);
        cx.budget().refill();
        assertThat(awaited.poll(cx).get()).isEqualTo("end");
    }

    @Test
    void on_end_wakes_once_whether_it_comes_before_or_after() {
        Task<String> task = lane.spawn(cx -> Poll.ready("end"));
        AtomicInteger wakes = new AtomicInteger();
        task.onEnd(wakes::incrementAndGet);
        assertThat(wakes).hasValue(0);
        lane.runAll();
        assertThat(wakes).hasValue(1);
        task.onEnd(wakes::incrementAndGet);
        assertThat(wakes).hasValue(2);
    }

    /** T1 and T2 under fire: what a waker wrote, plainly, before its wake is seen by a poll after it. */
    @Test
    void wakes_from_many_threads_are_never_lost_and_polls_never_overlap() throws Exception {
        int wakers = 8;
        int rounds = Iterations.scaled(1_000);
        List<Counted> counted = new ArrayList<>();
        List<Task<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Counted each = new Counted(wakers);
            counted.add(each);
            tasks.add(lane.spawn(each));
        }
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> workers = start(3, w -> {
            while (!stop.get()) {
                if (!lane.runOne()) {
                    Iterations.pause();
                }
            }
        });
        List<Thread> wakerThreads = start(wakers, w -> {
            for (int round = 1; round <= rounds; round++) {
                for (int i = 0; i < tasks.size(); i++) {
                    counted.get(i).written[w] = round;
                    tasks.get(i).wake();
                }
            }
        });
        for (Thread thread : wakerThreads) {
            thread.join();
        }
        Awaitility.await()
                .atMost(LONG)
                .until(() -> counted.stream().allMatch(each -> each.lastSum == (long) wakers * rounds));
        stop.set(true);
        for (Thread thread : workers) {
            thread.join();
        }
        for (Counted each : counted) {
            assertThat(each.overlaps).hasValue(0);
            assertThat(each.polls).isBetween(1, wakers * rounds + 1);
        }
        tasks.forEach(Task::cancel);
        lane.runAll();
        assertThat(counted).allMatch(each -> each.closes == 1);
        assertThat(tasks).allMatch(Task::isDone);
        assertThat(lane.completions).hasValue(tasks.size());
    }

    /** Cancel, wakes and the end race: the pollable is closed once and the handle resolves, one way or the other. */
    @Test
    void whoever_wins_a_race_of_cancel_and_end_the_task_ends_once() throws Exception {
        int rounds = Iterations.scaled(500);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> workers = start(2, w -> {
            while (!stop.get()) {
                if (!lane.runOne()) {
                    Iterations.pause();
                }
            }
        });
        int cancelled = 0;
        for (int round = 0; round < rounds; round++) {
            Counted work = new Counted(1);
            work.last = 3;
            Task<Void> task = lane.spawn(work);
            CountDownLatch joined = new CountDownLatch(1);
            task.onEnd(joined::countDown);
            task.wake();
            if (round % 2 == 0) {
                task.cancel();
            }
            while (joined.getCount() > 0) {
                task.wake();
                Iterations.pause();
            }
            try {
                task.join(LONG);
            } catch (CancellationException e) {
                cancelled++;
            }
            assertThat(work.closes).isEqualTo(1);
            assertThat(work.overlaps).hasValue(0);
        }
        stop.set(true);
        for (Thread thread : workers) {
            thread.join();
        }
        assertThat(cancelled).isLessThanOrEqualTo((rounds + 1) / 2);
        assertThat(lane.completions).hasValue(rounds);
        assertThat(lane.undeliverable).isEmpty();
    }

    /** Plain fields throughout: the task's state word is all that orders them (T1). */
    private static final class Counted implements Pollable<Void> {
        final long[] written;
        final AtomicInteger overlaps = new AtomicInteger();
        private final AtomicBoolean busy = new AtomicBoolean();
        int polls;
        int closes;
        int last = Integer.MAX_VALUE;
        volatile long lastSum;

        Counted(int wakers) {
            written = new long[wakers];
        }

        @Override
        public Poll<Void> poll(Context cx) {
            if (!busy.compareAndSet(false, true)) {
                overlaps.incrementAndGet();
            }
            polls++;
            long sum = 0;
            for (long each : written) {
                sum += each;
            }
            lastSum = sum;
            busy.set(false);
            return polls >= last ? Poll.done() : Poll.pending();
        }

        @Override
        public void close() {
            closes++;
        }
    }

    private interface Work {
        void run(int index);
    }

    private static List<Thread> start(int count, Work work) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            Thread thread = new Thread(() -> work.run(index));
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    static void awaitParked(Thread thread) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(LONG)
                .until(() ->
                        thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
    }
}
