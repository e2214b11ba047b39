package dev.weir.stream;

import dev.weir.stream.op.Buffer;
import dev.weir.stream.op.BufferBetween;
import dev.weir.stream.op.BufferSkip;
import dev.weir.stream.op.BufferUntil;
import dev.weir.stream.op.BufferWhen;
import dev.weir.stream.op.Intervals;
import dev.weir.stream.op.Map;
import dev.weir.stream.split.Between;
import dev.weir.stream.split.Cuts;
import dev.weir.stream.split.Overlaps;
import dev.weir.stream.split.Part;
import dev.weir.stream.split.Placed;
import dev.weir.stream.split.Routing;
import dev.weir.stream.split.Spans;
import dev.weir.stream.split.Splitter;
import dev.weir.stream.split.Stretches;
import dev.weir.task.Source;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;

/**
 * The operators of {@link AsyncStream} that put items into groups. The order of the items is kept.
 *
 * @param <T> the type of the items
 */
public sealed interface GroupOperators<T> permits AsyncStream {
    /** How long a full group or window that nobody runs, or new ones that nobody takes, may hold up others. Then all fails. */
    Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

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
        return self().lift(up -> new BufferUntil<T>(up, last, false));
    }

    /**
     * Gathers items into lists, each of which ends when another stream gives an item. No list is empty. The end of either
     * stream ends the whole, giving what is left. Items are taken, and that other stream is asked, only while a list is
     * asked for. RxJava's {@code buffer(boundary)}.
     */
    default AsyncStream<List<T>> bufferWhen(Publisher<?> boundaries) {
        Objects.requireNonNull(boundaries, "boundaries");
        return self().lift(up -> new BufferWhen<T>(up, AsyncStream.openAny(boundaries)));
    }

    /**
     * Gathers items into lists, one for each item of another stream: it begins with that item, and ends when a stream
     * that a function makes of it gives an item or completes. An item goes into all lists that are open then, or is
     * dropped. No list is empty. Completion gives the lists that are open, in the order of their beginnings; a failure
     * of any of the streams drops them. It completes as well when no list is open and none will be. Items are taken only
     * while a list is asked for.
     *
     * <pre>
     *  1---2---3---4---5---6--|
     *  --a-------b-------c----         each ends after -----
     *  bufferWhen
     *  --------23------45-----6|
     * </pre>
     */
    default <U> AsyncStream<List<T>> bufferWhen(
            Publisher<? extends U> openings, Function<? super U, ? extends Publisher<?>> closing) {
        Objects.requireNonNull(openings, "openings");
        Objects.requireNonNull(closing, "closing");
        return self().lift(up -> new BufferBetween<T, U>(
                up,
                new Intervals<U, List<T>>(
                        AsyncStream.<U>openAny(openings),
                        opening -> AsyncStream.openMapped(closing, opening, "bufferWhen"),
                        BufferBetween::emptyList)));
    }

    /**
     * Gathers the items that the predicate accepts into lists; one that it refuses ends the list and is dropped. No list
     * is empty. Completion gives what is left, a failure drops it. Holds a list.
     *
     * <pre>
     *  1---2---0---0---3--|
     *  bufferWhile(n -&gt; n &gt; 0)
     *  --------12---------3|
     * </pre>
     */
    default AsyncStream<List<T>> bufferWhile(Predicate<? super T> wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return self().lift(up -> new BufferUntil<T>(up, wanted.negate(), true));
    }

    /**
     * Deals the items out into streams, one for each value of a function; each is given when its first item has come,
     * and ends with the whole. Each may be run in a task of its own. Whoever is asked for an item pulls, and puts what
     * belongs to others into their queues, so no group waits for another one to be asked.
     *
     * <p>A queue that is full holds back the whole until its reader has taken an item: back-pressure. <em>If nobody runs
     * that group and others wait, the whole fails</em> after {@link #DEFAULT_PATIENCE}, with an {@link
     * IllegalStateException} that tells the key, for it might hang for ever: a {@link AsyncStream#flatMap(Function, int)
     * flatMap} of fewer groups than there are comes to that. So run each group as it is given, or {@linkplain
     * GroupedStream#discard() discard} it; the groups that were given keep this stream open. One that was dropped does so
     * until this stream ends, as by a mapper that throws before it has run its group, or a list of groups that is cancelled.
     * A group that was closed is followed by another when its key comes again.
     *
     * <p>So is it with new groups: what is held is bounded, however many keys there are. When as many groups as a queue
     * has room for items wait until they are asked for, the item of one more holds back the whole; and if none of them
     * is taken for that time, the whole fails.
     *
     * <p>What comes while groups wait for items wakes all of them, and the first to come pulls for the others: an idle group
     * costs a poll for each time that this stream had nothing, and then has.
     *
     * @param key must not return null
     * @param buffer the most items that are held for each group, and the most groups that are held before they are asked
     *     for, at least 1
     */
    default <K> AsyncStream<GroupedStream<K, T>> groupBy(Function<? super T, ? extends K> key, int buffer) {
        return groupBy(key, buffer, DEFAULT_PATIENCE);
    }

    /**
     * As {@link #groupBy(Function, int)}.
     *
     * @param patience how long a full group that nobody runs, or new groups that nobody takes, may hold up others
     */
    default <K> AsyncStream<GroupedStream<K, T>> groupBy(
            Function<? super T, ? extends K> key, int buffer, Duration patience) {
        Objects.requireNonNull(key, "key");
        Check.positive(buffer, "buffer");
        long nanos = Check.nanos(patience, "patience");
        return self().lift(up -> new Map<Part<K, T>, GroupedStream<K, T>>(
                new Splitter<K, T>(up, Routing.byKey(key), buffer, nanos), GroupedStream::new));
    }

    /**
     * Deals the items out into streams of n items, one after the other; the last may be shorter. A window is given when
     * its first item has come, and may be run later than others, or in a task of its own. Each has to be run: the windows
     * that were given keep this stream open. Holds at most n items of each.
     *
     * @param size at least 1
     */
    default AsyncStream<AsyncStream<T>> window(int size) {
        Check.positive(size, "size");
        return self().lift(up -> {
            int[] count = {0};
            return windows(up, item -> (count[0] = count[0] % size + 1) == size, size);
        });
    }

    /**
     * As {@link #window}, with windows that end with an item that the predicate accepts.
     *
     * @param buffer the most items that are held for each window, and the most windows that are held before they are
     *     asked for; when one more comes for a window that nobody runs, the whole fails after {@link #DEFAULT_PATIENCE}
     */
    default AsyncStream<AsyncStream<T>> windowUntil(Predicate<? super T> last, int buffer) {
        Objects.requireNonNull(last, "last");
        Check.positive(buffer, "buffer");
        return self().lift(up -> windows(up, last, buffer));
    }

    /**
     * Deals the items out into streams of n items, of which one begins every k items: they overlap if k is less than n; if
     * it is more, the items between are dropped. Each has to be run, now or later, in this task or another; holds at most
     * n items of each. The last ones may be shorter; a failure ends all that are open.
     *
     * <pre>
     *  1---2---3---4---5--|
     *  window(3, 2)
     *  a-------b-------c--|      a = 1, 2, 3   b = 3, 4, 5   c = 5
     * </pre>
     *
     * @param size at least 1
     * @param skip at least 1
     */
    default AsyncStream<AsyncStream<T>> window(int size, int skip) {
        Check.positive(size, "size");
        Check.positive(skip, "skip");
        return self().lift(up -> placed(new Overlaps<T>(up, size, skip), size));
    }

    /**
     * Deals the items out into streams, one after the other: each ends with its nth item, or a time after its first,
     * whichever comes before. A window is given when its first item has come, so none is empty. Items are taken while
     * the windows or their stream are asked for one, so readers without demand make windows late and lose nothing. Each
     * has to be run; holds at most n items of each. A failure ends the window that is open.
     *
     * <pre>
     *  1-2---3-----------4--|
     *  windowTimeout(3, ----------)
     *  a-----------------b--|    a = 1, 2, 3   b = 4
     * </pre>
     *
     * @param size at least 1
     * @param time more than zero
     */
    default AsyncStream<AsyncStream<T>> windowTimeout(int size, Duration time) {
        Check.positive(size, "size");
        long nanos = Check.positiveNanos(time, "time");
        return self().lift(up -> placed(new Spans<T>(up, size, nanos), size));
    }

    /**
     * Deals the items out into streams, one after the other: each ends when another stream gives an item. A window is
     * given when its first item has come, so none is empty. The end of either stream ends the whole; that other stream is asked
     * only while an item or a window is asked for. Each has to be run: one
     * that was dropped keeps both streams open until one of them ends. Reactor's {@code window(Publisher)}.
     *
     * @param buffer the most items that are held for each window, and the most windows that are held before they are
     *     asked for; when one more comes for a window that nobody runs, the whole fails after {@link #DEFAULT_PATIENCE}
     */
    default AsyncStream<AsyncStream<T>> windowWhen(Publisher<?> boundaries, int buffer) {
        Objects.requireNonNull(boundaries, "boundaries");
        Check.positive(buffer, "buffer");
        return self().lift(up -> placed(new Cuts<T>(up, AsyncStream.openAny(boundaries)), buffer));
    }

    /**
     * Deals the items out into streams, one for each item of another stream: it begins with that item, and ends when a
     * stream that a function makes of it gives an item or completes. An item goes into all windows that are open then,
     * or is dropped. A window is given when its first item has come, so none is empty. The end of this stream ends all;
     * so does a failure of any. It completes as well when no window is open and none will be. Each has to be run.
     *
     * <pre>
     *  1---2---3---4---5---6--|
     *  --a-------b-------c----         each ends after -----
     *  windowWhen
     *  ----a-------b-------c--|        a = 2, 3   b = 4, 5   c = 6
     * </pre>
     *
     * @param buffer as for {@link #windowWhen(Publisher, int)}
     */
    default <U> AsyncStream<AsyncStream<T>> windowWhen(
            Publisher<? extends U> openings, Function<? super U, ? extends Publisher<?>> closing, int buffer) {
        Objects.requireNonNull(openings, "openings");
        Objects.requireNonNull(closing, "closing");
        Check.positive(buffer, "buffer");
        return self().lift(up -> placed(
                new Between<T, U>(
                        up,
                        new Intervals<U, Between.Window>(
                                AsyncStream.<U>openAny(openings),
                                opening -> AsyncStream.openMapped(closing, opening, "windowWhen"),
                                Between.windows())),
                buffer));
    }

    /**
     * Deals the items that the predicate accepts out into streams, one after the other; an item that it refuses ends the
     * window and is dropped. A window is given when its first item has come, so none is empty. Each has to be run. The
     * end of this stream, also a failure, ends the window that is open.
     *
     * <pre>
     *  1---2---0---0---3--|
     *  windowWhile(n -&gt; n &gt; 0, 8)
     *  a---------------b--|    a = 1, 2   b = 3
     * </pre>
     *
     * @param buffer as for {@link #windowWhen(Publisher, int)}
     */
    default AsyncStream<AsyncStream<T>> windowWhile(Predicate<? super T> wanted, int buffer) {
        Objects.requireNonNull(wanted, "wanted");
        Check.positive(buffer, "buffer");
        return self().lift(up -> placed(new Stretches<T>(up, wanted), buffer));
    }

    private static <T> Source<AsyncStream<T>> placed(Source<Placed<T>> up, int buffer) {
        return new Map<Part<Long, Placed<T>>, AsyncStream<T>>(
                new Splitter<Long, Placed<T>>(up, Routing.placed(), buffer, DEFAULT_PATIENCE.toNanos()),
                part -> new GroupedStream<>(part).items().mapNotNull(Placed::item));
    }

    private static <T> Source<AsyncStream<T>> windows(Source<T> up, Predicate<? super T> last, int buffer) {
        return new Map<Part<Long, T>, AsyncStream<T>>(
                new Splitter<Long, T>(up, Routing.upTo(last), buffer, DEFAULT_PATIENCE.toNanos()),
                part -> new GroupedStream<>(part).items());
    }
}
