package dev.weir.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The calls upon one checked object: they do not overlap, they end in time, and the first broken law is kept. */
final class Calls {
    private final Object subject;
    private final long boundNanos;
    private final AtomicReference<@Nullable Thread> busy = new AtomicReference<>();
    private final AtomicReference<@Nullable AssertionError> violation = new AtomicReference<>();
    private long began;

    Calls(Object subject, Duration bound) {
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException("bound must be positive, was " + bound);
        }
        this.subject = subject;
        this.boundNanos = bound.toNanos();
    }

    /** Every call begins here and ends with {@link #end()}, unless this throws. */
    void begin(String law, String call) {
        Thread self = Thread.currentThread();
        Thread other = busy.compareAndExchange(null, self);
        if (other != null) {
            throw broken(
                    law,
                    other == self
                            ? call + " re-enters a call that has not returned"
                            : call + " on " + self.getName() + " overlaps a call on " + other.getName());
        }
        began = System.nanoTime();
    }

    void end() {
        busy.set(null);
    }

    void requireInTime(String law, String call) {
        long took = System.nanoTime() - began;
        require(took <= boundNanos, law, call + " took " + Duration.ofNanos(took));
    }

    void require(boolean kept, String law, String otherwise) {
        if (!kept) {
            throw broken(law, otherwise);
        }
    }

    AssertionError broken(String law, String what) {
        AssertionError error = new AssertionError(law + ": " + what + " [" + subject + "]");
        violation.compareAndSet(null, error);
        return error;
    }

    void rethrowViolation() {
        AssertionError first = violation.get();
        if (first != null) {
            throw first;
        }
    }
}
