package dev.weir.stream;

import dev.weir.stream.op.Answer;
import dev.weir.stream.op.SkipStale;
import dev.weir.stream.reactive.SharedRun;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

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
     * run. A failure comes to each after the items that are held for it. The peers' {@code publish().refCount()}, without a
     * time of grace after the last has left.
     *
     * <pre>
     *  1--2--3--4--5--|
     *  share(n)
     *  1--2--3--|              who takes three
     *       -3--4--5--|        who comes later
     * </pre>
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
     * cancelled, and who comes then receives an {@link IllegalStateException}. A failure comes to each after the items that
     * are held for it.
     *
     * @param buffer the most items that are kept for the slowest, at least 1
     */
    default ConnectableStream<T> publish(int buffer) {
        Check.positive(buffer, "buffer");
        return new ConnectableStream<>(self(), buffer);
    }

    /**
     * Deals the items out to as many parts as an enum has constants, whose readers go at one pace: the run begins with the
     * first request of the last of them, and goes on while each has room. A part that is cancelled leaves; the others go
     * on, and its items are dropped. The end, of either kind, ends all parts, each behind its last item. As in a {@linkplain #publish publish}, a part
     * is read once; who comes late receives what comes after its first request. Mutiny's {@code split}. For keys that are
     * not known before see {@link AsyncStream#groupBy}.
     *
     * <pre>
     *  upstream  --1--2--3--4--|
     *  ODD       --1-----3-----|
     *  EVEN      -----2-----4--|
     * </pre>
     *
     * <pre>{@code
     * SplitStream<Kind, Event> kinds = events.split(Kind.class, Event::kind, 64);
     * kinds.get(Kind.ORDER).forEach(orders::book).run(runtime);
     * kinds.get(Kind.LOGIN).forEach(audit::note).run(runtime);
     * }</pre>
     *
     * @param keys an enum of at least one constant; all parts must be read, or nothing begins
     * @param key tells to which part an item belongs, asked once for each; must not return null
     * @param buffer the most items, of whichever part, that one reader may be behind, at least 1
     */
    default <K extends Enum<K>> SplitStream<K, T> split(
            Class<K> keys, Function<? super T, ? extends K> key, int buffer) {
        Objects.requireNonNull(key, "key");
        int parts = keys.getEnumConstants().length;
        return new SplitStream<>(
                self().map(item -> Map.<K, T>entry(Answer.of(key.apply(item), "split: the function"), item))
                        .publish(buffer)
                        .autoConnect(parts),
                keys);
    }

    /**
     * Shares one run, which begins with the first request and is never cancelled; each subscriber receives the last n
     * items first, and then what comes. The run lives on the runtime of whoever asks first, and that runtime's shutdown
     * fails it, for those as well who come later from others: what is shared by several belongs to one that outlives them.
     *
     * <pre>
     *  1--2--3--------4--|
     *  replay(2)
     *  1--2--3--------4--|     who was there from the beginning
     *          23-----4--|     who came later
     * </pre>
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
