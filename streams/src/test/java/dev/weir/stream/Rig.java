package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import dev.weir.time.Clock;
import dev.weir.time.ManualClock;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Polls by hand, as a worker would: a turn with a full budget, then nothing until somebody wakes. Events that wait for
 * the outside world happen one at a time, when nothing else can run. A poll that can never be woken again fails the
 * test instead of hanging it.
 */
final class Rig implements Host {
    private static final int MAX_TURNS = 1_000_000;

    private final Deque<Waker> events = new ArrayDeque<>();
    final ManualClock clock = new ManualClock();
    final Timers timers = new Timers(clock, Waker.noop());
    private final Context cx;
    private boolean woken;
    /** Whether a source may be failed by another thread right after it has answered null. */
    boolean mayFailAfterNull;

    int turns;

    Rig(int budget) {
        cx = new Context(this, budget).withWaker(() -> woken = true);
    }

    /** Something that happens later, and wakes then. */
    void later(Waker waker) {
        events.add(waker);
    }

    /** The context of one turn, with a full budget. */
    Context turn() {
        turns++;
        woken = false;
        cx.budget().refill();
        return cx;
    }

    /** Lets time pass until the task is woken; false if that will never be. */
    boolean await() {
        while (!woken) {
            Waker event = events.poll();
            if (event != null) {
                event.wake();
            } else if (timers.size() > 0) {
                clock.advance(Duration.ofNanos(timers.nanosUntilNext()));
                timers.fire();
            } else {
                return false;
            }
        }
        return true;
    }

    /** Pulls everything and closes. */
    <T> List<T> drain(Source<T> source) throws Exception {
        List<T> items = new ArrayList<>();
        try {
            for (T item = next(source); item != null; item = next(source)) {
                items.add(item);
            }
        } finally {
            source.close();
        }
        return items;
    }

    /** Pulls one item; null at the end. */
    <T> @Nullable T next(Source<T> source) throws Exception {
        for (int i = 0; i < MAX_TURNS; i++) {
            T item = source.poll(turn());
            if (item != null) {
                return item;
            }
            if (source.isDone()) {
                requireCompleted(source);
                return null;
            }
            if (!await()) {
                throw new AssertionError("a lost wake: " + source + " is pending and nobody will wake it (S2)");
            }
        }
        throw new AssertionError("no progress of " + source + " in " + MAX_TURNS + " turns");
    }

    /** Null and done means completed: the next poll must not say otherwise. */
    private <T> void requireCompleted(Source<T> source) throws Exception {
        try {
            assertThat(source.poll(turn())).isNull();
        } catch (Exception failure) {
            if (!mayFailAfterNull) {
                throw new AssertionError("null and done, and yet a failure (S3): " + source, failure);
            }
            throw failure;
        }
    }

    /** Polls to the result and closes. */
    <R extends @Nullable Object> R run(Pollable<R> pollable) throws Exception {
        try {
            for (int i = 0; i < MAX_TURNS; i++) {
                Poll<R> answer = pollable.poll(turn());
                if (answer.isReady()) {
                    return answer.get();
                }
                if (!await()) {
                    throw new AssertionError("a lost wake: " + pollable + " is pending and nobody will wake it (S2)");
                }
            }
            throw new AssertionError("no progress of " + pollable + " in " + MAX_TURNS + " turns");
        } finally {
            pollable.close();
        }
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        if (type == Clock.class) {
            return type.cast(clock);
        }
        return type == Timers.class ? type.cast(timers) : null;
    }
}
