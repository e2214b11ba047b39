package dev.weir.stream;

import dev.weir.stream.op.Answer;
import dev.weir.stream.op.CompleteOnFailure;
import dev.weir.stream.op.Concat;
import dev.weir.stream.op.ConcatMap;
import dev.weir.stream.op.ConcatMapIterable;
import dev.weir.stream.op.Expand;
import dev.weir.stream.op.ExpandDeep;
import dev.weir.stream.op.FailAtEnd;
import dev.weir.stream.op.Failures;
import dev.weir.stream.op.FlatMap;
import dev.weir.stream.op.FlatMapOrdered;
import dev.weir.stream.op.IgnoreItems;
import dev.weir.stream.op.ItemSource;
import dev.weir.stream.op.SwitchMap;
import dev.weir.stream.op.SwitchOnFirst;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * The operators of {@link AsyncStream} that make something asynchronous of each item and put the results together. What
 * they open runs in the task of this stream; {@link AsyncStream#forEachConcurrent} spreads work over workers. The first
 * failure fails the whole and closes all that is open.
 *
 * @param <T> the type of the items
 */
public sealed interface FlattenOperators<T> permits AsyncStream {
    /** How many streams {@link #flatMap(Function)} merges at a time. */
    int DEFAULT_CONCURRENCY = 256;

    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /**
     * Gives all items of the stream that the function makes of each item, one stream after the other. The inner stream
     * is closed before the next item is asked for, so there is at most one at a time.
     *
     * <pre>
     *  1-----------2--|
     *  concatMap(n -&gt; n--n|)
     *  1--1--------2--2|
     * </pre>
     */
    default <R> AsyncStream<R> concatMap(Function<? super T, ? extends Publisher<? extends R>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new ConcatMap<T, R>(up, item -> AsyncStream.openMapped(mapper, item, "concatMap")));
    }

    /** Gives what is in the iterable that the function makes of each item. Its iterator must not block. */
    default <R> AsyncStream<R> concatMapIterable(Function<? super T, ? extends Iterable<? extends R>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new ConcatMapIterable<T, R>(up, mapper));
    }

    /** As {@link #flatMap(Function, int)} with {@value #DEFAULT_CONCURRENCY} streams at a time. */
    default <R> AsyncStream<R> flatMap(Function<? super T, ? extends Publisher<? extends R>> mapper) {
        return flatMap(mapper, DEFAULT_CONCURRENCY);
    }

    /**
     * Merges the streams that the function makes of the items, a bounded number at a time. An item is asked for only
     * when there is a place for its stream. A poll asks the inner streams that were woken, in rounds, so its cost does
     * not depend on how many wait. One that always has items gives up to {@value dev.weir.stream.op.Merge#STREAK} in a
     * row; then the next item is asked for, and the others that have some have their turn.
     *
     * <pre>
     *  1-----------2--|
     *  flatMap(n -&gt; n...n)
     *  1---1-------2---2--|
     * </pre>
     *
     * @param concurrency the most inner streams at a time, at least 1. Memory, a few words each, is taken for as many as there
     *     are at a time and kept until the run ends, so {@link Integer#MAX_VALUE} is no bound, and costs nothing by itself
     */
    default <R> AsyncStream<R> flatMap(Function<? super T, ? extends Publisher<? extends R>> mapper, int concurrency) {
        Objects.requireNonNull(mapper, "mapper");
        Check.positive(concurrency, "concurrency");
        return self().lift(up ->
                new FlatMap<T, R>(up, item -> AsyncStream.openMapped(mapper, item, "flatMap"), concurrency));
    }

    /**
     * As {@link #flatMap(Function, int)}, but gives exactly what {@link #concatMap} would: a failure, too, waits for its
     * turn. Reactor's {@code flatMapSequential}, RxJava's {@code concatMapEager}.
     *
     * @param concurrency the most inner streams at a time, at least 1
     * @param prefetch the most items that are held of each until it is its turn, at least 1
     */
    default <R> AsyncStream<R> flatMapOrdered(
            Function<? super T, ? extends Publisher<? extends R>> mapper, int concurrency, int prefetch) {
        Objects.requireNonNull(mapper, "mapper");
        Check.positive(concurrency, "concurrency");
        Check.positive(prefetch, "prefetch");
        return self().lift(up -> new FlatMapOrdered<T, R>(
                up, item -> AsyncStream.openMapped(mapper, item, "flatMapOrdered"), concurrency, prefetch));
    }

    /**
     * Gives the items of the stream that the function makes of the latest item; the one before is closed. All items that
     * upstream has are taken in each poll.
     *
     * <pre>
     *  a-------------b--------|
     *  switchMap(x -&gt; x1, x2, x3)
     *  a1----a2------b1----b2----b3|
     * </pre>
     */
    default <R> AsyncStream<R> switchMap(Function<? super T, ? extends Publisher<? extends R>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new SwitchMap<T, R>(up, item -> AsyncStream.openMapped(mapper, item, "switchMap")));
    }

    /**
     * Goes on as the stream that the function makes of the first item and of the whole, which begins with that item: to
     * decide by the head of a conversation what becomes of it. The function is called when the first item has come, once;
     * without an item the stream completes. The whole can be opened once, by who closes it then, or left alone, and then no
     * more is taken of it. A failure before the first item passes.
     *
     * <pre>{@code
     * requests.switchOnFirst((head, all) -> head.isUpload() ? upload(head, all.skip(1)) : answer(all))
     * }</pre>
     */
    default <R> AsyncStream<R> switchOnFirst(
            BiFunction<? super T, ? super AsyncStream<T>, ? extends Publisher<? extends R>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new SwitchOnFirst<T, R>(
                up,
                (first, whole) -> AsyncStream.openAny(
                        Answer.of(mapper.apply(first, AsyncStream.<T>recipe(whole)), "switchOnFirst: the function"))));
    }

    /**
     * Gives each item, and then what the function makes of those, and of these in turn: breadth first. Holds what was
     * given and not yet expanded, without bound; the first failure ends the whole, and drops that.
     *
     * <pre>
     *  8-----3--|
     *  expand(n -&gt; n / 2, while n &gt; 1)
     *  8-3-4-1-2-1|
     * </pre>
     */
    default AsyncStream<T> expand(Function<? super T, ? extends Publisher<? extends T>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new Expand<T>(up, item -> AsyncStream.openMapped(mapper, item, "expand")));
    }

    /**
     * Gives each item, then all that the function makes of it, and of these in turn, before the next of its siblings: depth
     * first. An item is expanded when the next one is asked for. Holds one open stream for each level that is not known
     * to have ended.
     */
    default AsyncStream<T> expandDeep(Function<? super T, ? extends Publisher<? extends T>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> new ExpandDeep<T>(up, item -> AsyncStream.openMapped(mapper, item, "expandDeep")));
    }

    /**
     * As {@link #concatMap}, but a failure of an inner stream or of this one waits until all others have ended. The first
     * is what the whole fails with, the others are suppressed in it. What the function throws, and errors, do not wait.
     */
    default <R> AsyncStream<R> concatMapDelayError(Function<? super T, ? extends Publisher<? extends R>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return self().lift(up -> {
            Failures failures = new Failures();
            return new FailAtEnd<R>(
                    new ConcatMap<T, R>(
                            new CompleteOnFailure<T>(up, failures),
                            item -> new CompleteOnFailure<R>(
                                    AsyncStream.openMapped(mapper, item, "concatMapDelayError"), failures)),
                    failures);
        });
    }

    /**
     * As {@link #flatMap(Function, int)}, but a failure of an inner stream or of this one waits until all others have
     * ended. The first is what the whole fails with, the others are suppressed in it. What the function throws, and
     * errors, do not wait.
     *
     * @param concurrency the most inner streams at a time, at least 1
     */
    default <R> AsyncStream<R> flatMapDelayError(
            Function<? super T, ? extends Publisher<? extends R>> mapper, int concurrency) {
        Objects.requireNonNull(mapper, "mapper");
        Check.positive(concurrency, "concurrency");
        return self().lift(up -> {
            Failures failures = new Failures();
            return new FailAtEnd<R>(
                    new FlatMap<T, R>(
                            new CompleteOnFailure<T>(up, failures),
                            item -> new CompleteOnFailure<R>(
                                    AsyncStream.openMapped(mapper, item, "flatMapDelayError"), failures),
                            concurrency),
                    failures);
        });
    }

    /**
     * Gives each item when the stream that a function makes of it has completed; what that gives is dropped. The next
     * item is taken after this one was given. A failure of that stream fails the whole, without the item. Holds one item.
     *
     * <pre>
     *  1-2-----------3--|
     *  delayUntil(n -&gt; ----|)
     *  ----1----2--------3|
     * </pre>
     */
    default AsyncStream<T> delayUntil(Function<? super T, ? extends Publisher<?>> until) {
        Objects.requireNonNull(until, "until");
        return self().lift(up -> new ConcatMap<T, T>(
                up,
                item -> new Concat<T>(List.of(
                        new IgnoreItems<Object, T>(AsyncStream.openMapped(until, item, "delayUntil")),
                        new ItemSource<T>(item)))));
    }

    /**
     * Pairs each item with the first one of the stream that a function makes of it, which is closed then; an item for
     * which that completes without any is dropped. The next item is taken after this pair was given. Holds one item.
     * Reactor's {@code Mono.zipWhen}, for each item.
     *
     * <pre>
     *  1--2-----3--|
     *  zipWhen(n -&gt; --n--|)
     *  --11--22---33|
     * </pre>
     */
    default <U, R> AsyncStream<R> zipWhen(
            Function<? super T, ? extends Publisher<? extends U>> other,
            BiFunction<? super T, ? super U, ? extends R> combiner) {
        Objects.requireNonNull(other, "other");
        Objects.requireNonNull(combiner, "combiner");
        return self().concatMap(item -> AsyncStream.<U>recipe(() -> AsyncStream.openMapped(other, item, "zipWhen"))
                .take(1)
                .map(partner -> combiner.apply(item, partner)));
    }

    /** As {@link #mapAsync(Function, int, int)} with a buffer of the size of the concurrency. */
    default <R> AsyncStream<R> mapAsync(
            Function<? super T, ? extends CompletionStage<? extends @Nullable R>> call, int concurrency) {
        return mapAsync(call, concurrency, concurrency);
    }

    /**
     * Begins a call for each item and gives the results in the order of the items; a failure, too, waits for its turn. A
     * null result is dropped. Calls go on while nothing is asked for, but none begins. When the run ends early, by a
     * cancel or a failure, the calls that run are cancelled where their stage is a {@link java.util.concurrent.Future}, as
     * a {@code CompletableFuture} is, without an interrupt; of others the results are dropped. So a stage is not to be
     * shared between calls: hand out a {@code copy()}.
     *
     * <pre>
     *  1---2---3--|
     *  mapAsync(n -&gt; n after a while, 2)
     *  ------1-----2-3|
     * </pre>
     *
     * @param concurrency the most calls that run at a time, at least 1
     * @param buffer the most that have begun and whose result was not given, whether they still run or wait for an
     *     earlier one; at least the concurrency
     */
    default <R> AsyncStream<R> mapAsync(
            Function<? super T, ? extends CompletionStage<? extends @Nullable R>> call, int concurrency, int buffer) {
        return AsyncStream.mapAsync(self(), call, concurrency, buffer, true);
    }

    /**
     * As {@link #mapAsync(Function, int, int)}, but gives the results as they come.
     *
     * @param buffer the most that have begun and whose result was not given
     */
    default <R> AsyncStream<R> mapAsyncUnordered(
            Function<? super T, ? extends CompletionStage<? extends @Nullable R>> call, int concurrency, int buffer) {
        return AsyncStream.mapAsync(self(), call, concurrency, buffer, false);
    }
}
