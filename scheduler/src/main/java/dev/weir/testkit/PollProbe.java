package dev.weir.testkit;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A task played by hand: polls what the test tells it to, once at a time, and counts the wakes. Each poll is a turn of
 * its own, with a full budget.
 *
 * <p>The test polls from one thread at a time; wakes may come from anywhere.
 */
public final class PollProbe {
    private final Map<Class<?>, Object> services = new ConcurrentHashMap<>();
    private final AtomicInteger wakes = new AtomicInteger();
    private final Waker waker = new Waker() {
        @Override
        public void wake() {
            wakes.incrementAndGet();
        }

        @Override
        public String toString() {
            return "the waker of " + PollProbe.this;
        }
    };
    private final Context context;
    private volatile int wakesBefore;

    private PollProbe(int budget) {
        Host host = new Host() {
            @Override
            public <S> @Nullable S service(Class<S> type) {
                Object service = services.get(type);
                return service == null ? null : type.cast(service);
            }

            @Override
            public String toString() {
                return PollProbe.this.toString();
            }
        };
        this.context = new Context(host, budget).withWaker(waker);
    }

    /** Creates a probe with the usual budget and no services. */
    public static PollProbe create() {
        return withBudget(Budget.DEFAULT);
    }

    /**
     * Creates a probe without services.
     *
     * @param budget operations a turn, at least 1
     */
    public static PollProbe withBudget(int budget) {
        return new PollProbe(budget);
    }

    /** Offers a service, such as timers, to what is polled from now on. */
    public <S> PollProbe with(Class<S> type, S service) {
        services.put(type, type.cast(Objects.requireNonNull(service, "service")));
        return this;
    }

    /** Polls once, in a new turn. */
    public <T extends @Nullable Object> Poll<T> poll(Pollable<T> pollable) throws Exception {
        Context cx = turn();
        cx.enter();
        try {
            return pollable.poll(cx);
        } finally {
            cx.leave();
        }
    }

    /** Polls once, in a new turn. */
    public <T> @Nullable T poll(Source<T> source) throws Exception {
        Context cx = turn();
        cx.enter();
        try {
            return source.poll(cx);
        } finally {
            cx.leave();
        }
    }

    /**
     * Starts a new turn for what has another method to poll, such as a sink: {@code sink.pollReady(probe.turn())}.
     * Refills the budget and forgets the wakes so far.
     */
    public Context turn() {
        wakesBefore = wakes.get();
        context.budget().refill();
        return context;
    }

    /** Tells whether a wake came since the last turn began. */
    public boolean isWoken() {
        return wakes.get() != wakesBefore;
    }

    /** Returns the number of wakes of all turns. */
    public int wakes() {
        return wakes.get();
    }

    @Override
    public String toString() {
        return "PollProbe";
    }
}
