package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * R1 by counts: how many polls of hostile tasks lie between the wake of another task, from outside, and its poll. One
 * worker runs them all, so that the count is exact and no clock is needed.
 */
class FairnessTest {
    private static final int HOSTILE = 300; // more than a queue of 256 holds
    private static final int ROUNDS = 100;

    /**
     * Polls of a turn (1 + 3 out of the slot) times the turns that may come first: the interval at which the shared queue
     * is looked at, once more for a poll that was under way, and twice the tasks that may be in front.
     */
    private static final long BOUND = 4L * (127 + 1 + 4 * HOSTILE); // a chain is two tasks

    private final AtomicLong polls = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Semaphore stopped = new Semaphore(0);
    private final Semaphore goOn = new Semaphore(0);

    enum Hostile {
        SELF_WAKER,
        SLOT_CHAIN,
        BUDGET_BURNER,
        RESPAWNER,
        ALL
    }

    private void start(TaskRuntime runtime, Hostile kind) {
        switch (kind) {
            case SELF_WAKER -> runtime.spawn(selfWaker());
            case SLOT_CHAIN -> startChain(runtime);
            case BUDGET_BURNER -> runtime.spawn(budgetBurner());
            case RESPAWNER -> respawn(runtime);
            case ALL -> {}
        }
    }

    private Pollable<Integer> selfWaker() {
        return cx -> {
            polls.incrementAndGet();
            if (over.get()) {
                return Poll.ready(0);
            }
            cx.waker().wake();
            return Poll.pending();
        };
    }

    /** Two tasks that wake each other for ever, through the slot. */
    private void startChain(TaskRuntime runtime) {
        AtomicReference<@Nullable Waker> one = new AtomicReference<>();
        AtomicReference<@Nullable Waker> other = new AtomicReference<>();
        runtime.spawn(link(one, other));
        runtime.spawn(link(other, one));
    }

    private Pollable<Integer> link(AtomicReference<@Nullable Waker> mine, AtomicReference<@Nullable Waker> next) {
        return cx -> {
            polls.incrementAndGet();
            mine.set(cx.waker());
            Waker waker = next.get();
            if (waker != null) {
                waker.wake();
            }
            return over.get() ? Poll.ready(0) : Poll.pending();
        };
    }

    private Pollable<Integer> budgetBurner() {
        return cx -> {
            polls.incrementAndGet();
            while (cx.charge()) {
                if (over.get()) {
                    return Poll.ready(0);
                }
            }
            return Poll.pending();
        };
    }

    private void respawn(TaskRuntime runtime) {
        runtime.spawn(cx -> {
            polls.incrementAndGet();
            if (!over.get()) {
                respawn(runtime);
            }
            return Poll.ready(0);
        });
    }

    /** Lets the test act while the worker stands still in a poll. */
    private Pollable<Integer> gate() {
        return cx -> {
            if (stop.compareAndSet(true, false)) {
                stopped.release();
                goOn.acquire();
            }
            if (over.get()) {
                return Poll.ready(0);
            }
            cx.waker().wake();
            return Poll.pending();
        };
    }

    @ParameterizedTest
    @EnumSource(Hostile.class)
    void a_task_woken_from_outside_is_polled_within_a_bounded_number_of_polls(Hostile kind) throws Exception {
        Semaphore polled = new Semaphore(0);
        AtomicLong at = new AtomicLong();
        AtomicReference<@Nullable Waker> victim = new AtomicReference<>();
        long worst = 0;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            try {
                runtime.spawn(cx -> {
                    at.set(polls.get());
                    victim.set(cx.waker());
                    polled.release();
                    return over.get() ? Poll.ready(0) : Poll.pending();
                });
                assertThat(polled.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                for (int i = 0; i < HOSTILE; i++) {
                    start(runtime, kind == Hostile.ALL ? Hostile.values()[i % 4] : kind);
                }
                runtime.spawn(gate());
                for (int round = 0; round < ROUNDS; round++) {
                    stop.set(true);
                    assertThat(stopped.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                    long before = polls.get(); // exact: the only worker stands still
                    Objects.requireNonNull(victim.get()).wake();
                    goOn.release();
                    assertThat(polled.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                    worst = Math.max(worst, at.get() - before);
                }
            } finally {
                over.set(true);
            }
        }
        assertThat(worst).as("polls of others between a wake and its poll").isLessThan(BOUND);
    }

    /** A poll of ten milliseconds each time holds up the others by that and no more turns. */
    @Test
    void long_polls_take_turns_like_short_ones() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        int[] turns = new int[2]; // one worker writes them
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int mine = i;
                handles.add(runtime.spawn(cx -> {
                    begun.await();
                    if (mine == 0) {
                        TimeUnit.MILLISECONDS.sleep(10);
                    }
                    if (over.get() || ++turns[mine] == 20) {
                        over.set(true);
                        return Poll.ready(turns[mine]);
                    }
                    cx.waker().wake();
                    return Poll.pending();
                }));
            }
            begun.countDown();
            handles.forEach(JoinHandle::join);
        }
        assertThat(Math.abs(turns[0] - turns[1])).isLessThanOrEqualTo(2);
    }
}
