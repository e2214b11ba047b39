package dev.weir.stream;

import dev.weir.stream.op.SkipStale;
import dev.weir.stream.reactive.SharedRun;
import java.time.Duration;

/**
 * The operators of {@link AsyncStream} that let several subscribers have one run. The run is a task of its own, on the
 * runtime of whoever begins it. An item is pulled when a subscriber has asked for it and has received all before it, and
 * none is too far behind; so the slowest holds the others back, by at most what is kept for it.
 *
 * @param <T> the type of the items
 */
public sealed interface SharingOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Shares a run among those who are there: it begins with the first request of the first, and is cancelled when the
     * last has left. Who comes later receives what comes after its first request; who comes after the end begins another
     * run. The peers' {@code publish().refCount()}.
     *
     * @param buffer the most items that are kept for the slowest, at least 1
     */
    default AsyncStream<T> share(int buffer) {
        Check.positive(buffer, "buffer");
        SharedRun<T> run = SharedRun.whileJoined(self()::open, buffer);
        return self().sharing(run);
    }

    /**
     * Returns what shares a run that is begun by hand, or by the nth subscriber. When all have left, the run is
     * cancelled, and who comes then receives an {@link IllegalStateException}.
     *
     * @param buffer the most items that are kept for the slowest, at least 1
     */
    default ConnectableStream<T> publish(int buffer) {
        Check.positive(buffer, "buffer");
        return new ConnectableStream<>(self(), buffer);
    }

    /**
     * Shares one run, which begins with the first request and is never cancelled; each subscriber receives the last n
     * items first, and then what comes.
     *
     * @param history the most items that are kept, at least 1
     */
    default AsyncStream<T> replay(int history) {
        Check.positive(history, "history");
        SharedRun<T> run = SharedRun.replaying(self()::open, history);
        return self().sharing(run);
    }

    /**
     * As {@link #replay(int)}, but to a newcomer no item is given that is older than a duration when it asks for the
     * first time. Older ones are held all the same, until n newer have come. Who subscribes must see the clock of the
     * runtime of the run; all runtimes have that of the machine, unless they were given another.
     *
     * @param history the most items that are kept, at least 1
     * @param age at least zero
     */
    default AsyncStream<T> replay(int history, Duration age) {
        Check.positive(history, "history");
        long nanos = Check.nanos(age, "age");
        return self().timestamp()
                .replay(history)
                .lift(up -> new SkipStale<Timed<T>, T>(up, nanos, Timed::nanos, Timed::item));
    }

    /** As {@link #replay(int)}, and all items are kept. */
    default AsyncStream<T> cache() {
        return replay(Integer.MAX_VALUE);
    }
}
