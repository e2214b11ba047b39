package dev.weir.stream;

import dev.weir.stream.op.Buffer;
import dev.weir.stream.op.BufferSkip;
import dev.weir.stream.op.BufferUntil;
import dev.weir.stream.op.BufferWhen;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;

/**
 * The operators of {@link AsyncStream} that put items into groups. The order of the items is kept.
 *
 * @param <T> the type of the items
 */
public sealed interface GroupOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Gathers items into lists of n; completion gives what is left, a failure drops it. Holds less than n items.
     *
     * <pre>
     *  1---2---3---4---5--|
     *  buffer(2)
     *  ----12------34-----5|
     * </pre>
     *
     * @param size at least 1
     */
    default AsyncStream<List<T>> buffer(int size) {
        Check.positive(size, "size");
        return self().lift(up -> new Buffer<T>(up, size));
    }

    /**
     * Gathers items into lists of n, of which one begins every k items: they overlap if k is less than n; if it is more,
     * the items between are dropped. Completion gives what is left, a failure drops it.
     *
     * @param size at least 1
     * @param skip at least 1
     */
    default AsyncStream<List<T>> buffer(int size, int skip) {
        Check.positive(size, "size");
        Check.positive(skip, "skip");
        return self().lift(up -> new BufferSkip<T>(up, size, skip));
    }

    /**
     * Gathers items into lists, each of which ends with an item that the predicate accepts. Completion gives what is
     * left, a failure drops it. Holds a list.
     */
    default AsyncStream<List<T>> bufferUntil(Predicate<? super T> last) {
        Objects.requireNonNull(last, "last");
        return self().lift(up -> new BufferUntil<T>(up, last));
    }

    /**
     * Gathers items into lists, each of which ends when another stream gives an item. No list is empty. The end of either
     * stream ends the whole, giving what is left. Items are taken only while a list is asked for. RxJava's {@code
     * buffer(boundary)}.
     */
    default AsyncStream<List<T>> bufferWhen(Publisher<?> boundaries) {
        Objects.requireNonNull(boundaries, "boundaries");
        return self().lift(up -> new BufferWhen<T>(up, AsyncStream.openAny(boundaries)));
    }
}
