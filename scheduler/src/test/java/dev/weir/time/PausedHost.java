package dev.weir.time;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Waker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A host whose time is moved by hand, and the counting waker of its one poller. */
final class PausedHost implements Host {
    final ManualClock clock;
    final Timers timers;
    final AtomicInteger wakes = new AtomicInteger();
    final Context cx;

    PausedHost() {
        this(0, 128);
    }

    PausedHost(long startNanos, int budget) {
        clock = new ManualClock(startNanos);
        timers = new Timers(clock, Waker.noop());
        cx = new Context(this, budget).withWaker(wakes::incrementAndGet);
    }

    /** Lets time pass and fires what is due then. */
    void advance(Duration duration) {
        clock.advance(duration);
        timers.fire();
    }

    void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        if (type == Timers.class) {
            return type.cast(timers);
        }
        return type == Clock.class ? type.cast(clock) : null;
    }
}
