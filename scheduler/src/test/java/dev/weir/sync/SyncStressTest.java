package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What many tasks do to each primitive at once, counted. */
class SyncStressTest {
    private static final int TASKS = 8;

    @ParameterizedTest
    @EnumSource(Runtimes.class)
    void a_mutex_lets_one_in_at_a_time(Runtimes runtimes) {
        int each = Iterations.scaled(5_000);
        Mutex mutex = new Mutex();
        long[] plain = {0}; // guarded by the mutex
        runAll(runtimes, task -> new Pollable<>() {
            private final Mutex.Lock lock = mutex.lock();
            private boolean held;
            private int done;

            @Override
            public Poll<@Nullable Void> poll(Context cx) {
                while (done < each) {
                    if (!held) {
                        held = lock.pollLock(cx);
                        if (!held) {
                            return Poll.pending();
                        }
                        if (done % 16 == 0) { // holds it from one poll to the next
                            cx.waker().wake();
                            return Poll.pending();
                        }
                    }
                    plain[0]++;
                    held = false;
                    lock.unlock();
                    done++;
                }
                return Poll.done();
            }
        });
        assertThat(plain[0]).isEqualTo((long) TASKS * each);
        assertThat(mutex.isLocked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void a_semaphore_never_gives_out_more_than_it_has_and_gets_all_back(int permits) {
        int each = Iterations.scaled(3_000);
        Semaphore semaphore = new Semaphore(permits);
        AtomicInteger out = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        runAll(Runtimes.FOUR_WORKERS, task -> new Pollable<>() {
            private Semaphore.@Nullable Acquire acquire;
            private int done;

            @Override
            public Poll<@Nullable Void> poll(Context cx) {
                while (done < each) {
                    int n = 1 + (done + task) % permits;
                    if (acquire == null) {
                        acquire = semaphore.acquire(n);
                    }
                    Poll<Semaphore.Permit> permit = acquire.poll(cx);
                    if (permit.isPending()) {
                        if (done % 7 == 3) { // gives up its place, perhaps just when it was granted
                            acquire.close();
                            acquire = null;
                            done++;
                            cx.waker().wake();
                        }
                        return Poll.pending();
                    }
                    most.accumulateAndGet(out.addAndGet(n), Math::max);
                    out.addAndGet(-n);
                    permit.get().close();
                    acquire = null;
                    done++;
                }
                return Poll.done();
            }
        });
        assertThat(most.get()).isBetween(1, permits);
        assertThat(semaphore.available()).isEqualTo(permits);
    }

    /** The last sender goes just as the receiver looks: an end, never a failure. */
    @Test
    void a_watched_value_as_a_source_ends_without_a_failure() throws Exception {
        PollProbe probe = PollProbe.create();
        int rounds = Iterations.scaled(20_000);
        AtomicReference<Watch.Sender<Integer>> next = new AtomicReference<>();
        Thread closer = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                Watch.Sender<Integer> sender;
                while ((sender = next.getAndSet(null)) == null) {
                    Iterations.pause();
                }
                sender.close();
            }
        });
        closer.start();
        for (int i = 0; i < rounds; i++) {
            Watch.Sender<Integer> sender = Watch.of(i);
            Source<Integer> values = sender.subscribe().source();
            assertThat(probe.poll(values)).isEqualTo(i);
            next.set(sender);
            for (int looks = 1; !values.isDone(); looks++) {
                assertThat(probe.poll(values)).isNull();
                if (looks % 64 == 0) {
                    Iterations.pause(); // the closer may have no core to itself
                }
            }
            assertThat(probe.poll(values)).isNull();
            values.close();
        }
        closer.join();
    }

    @ParameterizedTest
    @EnumSource(Runtimes.class)
    void readers_share_and_writers_exclude(Runtimes runtimes) {
        int each = Iterations.scaled(2_000);
        RwLock lock = new RwLock();
        AtomicInteger readers = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger();
        AtomicInteger violations = new AtomicInteger();
        runAll(runtimes, task -> new Pollable<>() {
            private final RwLock.Lock<RwLock.ReadGuard> read = lock.read();
            private final RwLock.Lock<RwLock.WriteGuard> write = lock.write();
            private int done;

            @Override
            public Poll<@Nullable Void> poll(Context cx) {
                while (done < each) {
                    if ((done + task) % 4 == 0) {
                        Poll<RwLock.WriteGuard> guard = write.poll(cx);
                        if (guard.isPending()) {
                            return Poll.pending();
                        }
                        if (writers.incrementAndGet() != 1 || readers.get() != 0) {
                            violations.incrementAndGet();
                        }
                        writers.decrementAndGet();
                        guard.get().downgrade().close();
                    } else {
                        Poll<RwLock.ReadGuard> guard = read.poll(cx);
                        if (guard.isPending()) {
                            return Poll.pending();
                        }
                        readers.incrementAndGet();
                        if (writers.get() != 0) {
                            violations.incrementAndGet();
                        }
                        readers.decrementAndGet();
                        guard.get().close();
                    }
                    done++;
                }
                return Poll.done();
            }
        });
        assertThat(violations).hasValue(0);
        assertThat(lock.tryWrite()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Runtimes.class)
    void what_a_receiver_gets_and_what_it_has_missed_is_all_that_was_sent(Runtimes runtimes) {
        int count = Iterations.scaled(50_000);
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(16);
        List<Broadcast.Receiver<Integer>> receivers = new ArrayList<>();
        for (int i = 1; i < TASKS; i++) {
            receivers.add(sender.subscribe());
        }
        runAll(
                runtimes,
                task -> task == 0
                        ? sendAll(sender, count)
                        : new Pollable<>() {
                            private final Broadcast.Receiver<Integer> receiver = receivers.get(task - 1);
                            private int next;

                            @Override
                            public Poll<@Nullable Void> poll(Context cx) {
                                for (; ; ) {
                                    try {
                                        Integer item = receiver.poll(cx);
                                        if (item == null) {
                                            break;
                                        }
                                        assertThat(item).isEqualTo(next++);
                                    } catch (LaggedException e) {
                                        assertThat(e.missed()).isPositive();
                                        next += (int) e.missed();
                                    }
                                }
                                if (!receiver.isDone()) {
                                    return Poll.pending();
                                }
                                assertThat(next).isEqualTo(count);
                                return Poll.done();
                            }
                        });
    }

    private static Pollable<@Nullable Void> sendAll(Broadcast.Sender<Integer> sender, int count) {
        int[] sent = {0};
        return cx -> {
            while (sent[0] < count) {
                if (!cx.charge()) {
                    return Poll.pending();
                }
                sender.send(sent[0]++);
            }
            sender.close();
            return Poll.done();
        };
    }

    @ParameterizedTest
    @EnumSource(Runtimes.class)
    void a_watcher_never_goes_back_and_always_sees_the_last(Runtimes runtimes) {
        int count = Iterations.scaled(20_000);
        Watch.Sender<Integer> sender = Watch.of(0);
        List<Watch.Receiver<Integer>> receivers = new ArrayList<>();
        for (int i = 1; i < TASKS; i++) {
            receivers.add(sender.subscribe());
        }
        int[] sent = {0};
        runAll(runtimes, task -> {
            if (task == 0) {
                return cx -> {
                    while (sent[0] < count) {
                        if (!cx.charge()) {
                            return Poll.pending();
                        }
                        sender.send(++sent[0]);
                    }
                    sender.close();
                    return Poll.done();
                };
            }
            int[] last = {0};
            return cx -> {
                try {
                    while (receivers.get(task - 1).pollChanged(cx)) {
                        int now = receivers.get(task - 1).getAndMarkSeen();
                        assertThat(now).isGreaterThanOrEqualTo(last[0]);
                        last[0] = now;
                    }
                    return Poll.pending();
                } catch (ClosedException e) {
                    assertThat(last[0]).isEqualTo(count);
                    return Poll.done();
                }
            };
        });
    }

    /** Waiters that give up now and then pass on what they were given, so one notification a wait is enough. */
    @ParameterizedTest
    @EnumSource(Runtimes.class)
    void no_notification_is_lost(Runtimes runtimes) {
        int rounds = Iterations.scaled(5_000);
        Notify there = new Notify();
        Notify back = new Notify();
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        runAll(
                runtimes,
                task -> task == 0
                        ? new Pollable<>() {
                            private int done;
                            private Notify.@Nullable Notified wait;

                            @Override
                            public Poll<@Nullable Void> poll(Context cx) {
                                for (; ; ) {
                                    if (wait == null) {
                                        if (done == rounds) {
                                            over.set(true);
                                            there.notifyWaiters();
                                            return Poll.done();
                                        }
                                        wait = back.notified();
                                        there.notifyOne();
                                    }
                                    if (wait.poll(cx).isPending()) {
                                        return Poll.pending();
                                    }
                                    wait = null;
                                    done++;
                                }
                            }
                        }
                        : new Pollable<>() {
                            private Notify.@Nullable Notified wait;
                            private int turns;

                            @Override
                            public Poll<@Nullable Void> poll(Context cx) {
                                for (; ; ) {
                                    if (wait == null) {
                                        wait = there.notified();
                                        if (over.get()) {
                                            return Poll.done();
                                        }
                                    }
                                    if (wait.poll(cx).isReady()) {
                                        wait = null;
                                        if (!over.get()) {
                                            answered.incrementAndGet();
                                            back.notifyOne();
                                        }
                                    } else if (turns++ % 5 == 2) {
                                        wait.close();
                                        wait = null;
                                    } else {
                                        return Poll.pending();
                                    }
                                }
                            }
                        });
        assertThat(answered.get()).isEqualTo(rounds);
    }

    @ParameterizedTest
    @EnumSource(Runtimes.class)
    void every_round_of_a_barrier_has_one_leader(Runtimes runtimes) {
        int rounds = Iterations.scaled(1_000);
        Barrier barrier = new Barrier(TASKS);
        AtomicInteger leaders = new AtomicInteger();
        AtomicLong arrivals = new AtomicLong();
        runAll(runtimes, task -> new Pollable<>() {
            private @Nullable Pollable<Boolean> arrival;
            private int done;

            @Override
            public Poll<@Nullable Void> poll(Context cx) throws Exception {
                while (done < rounds) {
                    if (arrival == null) {
                        arrivals.incrementAndGet();
                        arrival = barrier.arrive();
                    }
                    Poll<Boolean> leader = arrival.poll(cx);
                    if (leader.isPending()) {
                        return Poll.pending();
                    }
                    assertThat(arrivals.get()).isGreaterThanOrEqualTo((done + 1L) * TASKS);
                    leaders.addAndGet(leader.get() ? 1 : 0);
                    arrival = null;
                    done++;
                }
                return Poll.done();
            }
        });
        assertThat(leaders).hasValue(rounds);
    }

    /** A close beside the last exit: whoever comes last tells. */
    @Test
    void a_tracker_always_ends() {
        int rounds = Iterations.scaled(3_000);
        try (TaskRuntime runtime = Runtimes.FOUR_WORKERS.build()) {
            for (int i = 0; i < rounds; i++) {
                TaskTracker tracker = new TaskTracker();
                Pollable<Integer> tracked = tracker.track(cx -> Poll.ready(1));
                JoinHandle<?> wait = runtime.spawn(tracker.await());
                JoinHandle<?> work = runtime.spawn(tracked);
                JoinHandle<?> close = runtime.spawn(cx -> Poll.ready(tracker.close()));
                runtime.blockOn(new All(List.of(wait, work, close)));
            }
        }
    }

    @Test
    void children_made_beside_a_cancel_are_cancelled() {
        int rounds = Iterations.scaled(3_000);
        try (TaskRuntime runtime = Runtimes.FOUR_WORKERS.build()) {
            for (int i = 0; i < rounds; i++) {
                CancellationToken root = new CancellationToken();
                JoinHandle<?> grow = runtime.spawn(root.runUntilCancelled(cx -> {
                    CancellationToken child = root.child();
                    return child.child().cancelled().poll(cx).isReady() ? Poll.done() : Poll.pending();
                }));
                JoinHandle<?> wait = runtime.spawn(root.child().cancelled());
                JoinHandle<?> cancel = runtime.spawn(cx -> {
                    root.cancel();
                    return Poll.done();
                });
                runtime.blockOn(new All(List.of(grow, wait, cancel)));
            }
        }
    }

    // ---- blocking ----

    static List<Callable<?>> blockingCalls() {
        Channel<Integer> channel = Channel.bounded(1);
        Watch.Sender<Integer> watch = Watch.of(1);
        return List.of(
                () -> {
                    channel.sender().sendBlocking(1);
                    return 0;
                },
                () -> channel.receiver().receiveBlocking(),
                () -> Broadcast.<Integer>withCapacity(1).subscribe().receiveBlocking(),
                () -> watch.subscribe().changedBlocking(),
                () -> new Semaphore(1).acquireBlocking(1),
                () -> new Mutex().lockBlocking(),
                () -> new RwLock().readBlocking(),
                () -> new RwLock().writeBlocking(),
                () -> new SetOnce<Integer>().awaitBlocking(),
                () -> new Oneshot<Integer>().receiveBlocking());
    }

    @Test
    void a_thread_that_runs_tasks_is_told_not_to_block_and_what_to_do() {
        try (TaskRuntime runtime = Runtimes.ONE_WORKER.build()) {
            for (Callable<?> call : blockingCalls()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> {
                            try {
                                runtime.spawn(cx -> Poll.ready(call.call())).join();
                            } catch (CompletionException e) {
                                throw e.getCause();
                            }
                        })
                        .withMessageContaining("would block a thread that runs tasks: poll ")
                        .withMessageContaining("spawnBlocking");
            }
        }
    }

    @Test
    void a_thread_that_is_interrupted_gives_up_its_wait() throws Exception {
        Mutex mutex = new Mutex();
        Mutex.Guard held = mutex.tryLock();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread waiting = new Thread(() -> {
            try {
                mutex.lockBlocking();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        waiting.start();
        waiting.interrupt();
        waiting.join();
        assertThat(interrupted).isTrue();
        held.close();
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void threads_wait_for_tasks_and_tasks_for_threads() throws Exception {
        int each = Iterations.scaled(2_000);
        Mutex mutex = new Mutex();
        long[] plain = {0};
        try (TaskRuntime runtime = Runtimes.ONE_WORKER.build()) {
            JoinHandle<?> task = runtime.spawn(new Pollable<@Nullable Void>() {
                private final Mutex.Lock lock = mutex.lock();
                private int done;

                @Override
                public Poll<@Nullable Void> poll(Context cx) {
                    for (; done < each; done++) {
                        if (!lock.pollLock(cx)) {
                            return Poll.pending();
                        }
                        plain[0]++;
                        lock.unlock();
                    }
                    return Poll.done();
                }
            });
            for (int i = 0; i < each; i++) {
                try (Mutex.Guard held = mutex.lockBlocking()) {
                    assertThat(held).isNotNull();
                    plain[0]++;
                }
            }
            task.join();
        }
        assertThat(plain[0]).isEqualTo(2L * each);
    }

    private interface Recipe {
        Pollable<@Nullable Void> of(int task);
    }

    private static void runAll(Runtimes runtimes, Recipe recipe) {
        try (TaskRuntime runtime = runtimes.build()) {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                tasks.add(runtime.spawn(recipe.of(i)));
            }
            runtime.blockOn(new All(tasks));
        }
    }
}
