package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Buffer;
import dev.weir.stream.op.Closer;
import dev.weir.stream.op.Concat;
import dev.weir.stream.op.ConcatMap;
import dev.weir.stream.op.Filter;
import dev.weir.stream.op.FlatMap;
import dev.weir.stream.op.Map;
import dev.weir.stream.op.Merge;
import dev.weir.stream.op.OnClose;
import dev.weir.stream.op.Peek;
import dev.weir.stream.op.PeekError;
import dev.weir.stream.op.Recover;
import dev.weir.stream.op.Retry;
import dev.weir.stream.op.Scan;
import dev.weir.stream.op.Skip;
import dev.weir.stream.op.SkipWhile;
import dev.weir.stream.op.Take;
import dev.weir.stream.op.TakeWhile;
import dev.weir.stream.op.Timeout;
import dev.weir.stream.op.Zip;
import dev.weir.stream.reactive.FlowBridge;
import dev.weir.stream.reactive.PublisherSource;
import dev.weir.stream.reactive.SourcePublisher;
import dev.weir.stream.sink.Collect;
import dev.weir.stream.sink.First;
import dev.weir.stream.sink.ForEach;
import dev.weir.stream.sink.ForEachConcurrent;
import dev.weir.stream.sink.Reduce;
import dev.weir.stream.source.DeferSource;
import dev.weir.stream.source.EmptySource;
import dev.weir.stream.source.FailedSource;
import dev.weir.stream.source.GenerateSource;
import dev.weir.stream.source.IterableSource;
import dev.weir.stream.source.NeverSource;
import dev.weir.stream.source.PollableSource;
import dev.weir.stream.source.RangeSource;
import dev.weir.stream.source.SingleUse;
import dev.weir.stream.source.StageSource;
import dev.weir.stream.source.UnfoldSource;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.time.Interval;
import dev.weir.time.MissedTick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/**
 * A stream of items that come when they are asked for: a cold recipe, of which each run makes a fresh {@link Source}.
 * {@code Iterable : Iterator = AsyncStream : Source}. Recipes are immutable and may be shared between threads; the
 * functions given to them are called by one thread at a time in each run, on the run's task, and must not block.
 *
 * <pre>{@code
 * AsyncStream.from(listener)                                   // every connection
 *         .forEachConcurrent(10_000, socket -> socket.writer().drain(socket.reader()))
 *         .run(runtime);
 *
 * List<String> names = runtime.blockOn(AsyncStream.range(1, 10).filter(n -> n % 2 == 1).map(n -> "n" + n).toList());
 * }</pre>
 *
 * <h2>Running</h2>
 * The methods that return a {@link StreamRun} end a stream. A stream is also a {@link Publisher}: each subscriber gets a
 * run of its own, in a task of the runtime that {@link #on} told; unless told otherwise that is the runtime of the
 * calling thread, and where there is none {@linkplain TaskRuntime#shared() the one of the process}.
 *
 * <h2>Demand</h2>
 * Nothing is pulled that was not asked for. An operator asks its upstream for an item only while it is being asked for
 * one itself and has a place for it; where it holds items, its Javadoc says how many. With a subscriber, demand is what
 * it has requested. In the pictures time goes to the right, {@code |} is completion, {@code X} failure.
 *
 * <h2>Opening and closing</h2>
 * {@link #open()}, a subscription, or a method that ends the stream build the whole chain, and build it only: no user
 * code runs and nothing is started before the first poll. What was built is closed exactly once, whether the run
 * completes, fails or is cancelled, also when another close throws. Streams made from something that cannot be
 * restarted ({@link #from(Source)}, {@link #fromIterator}, {@link #fromPollable}) can be opened once; the second time
 * throws {@link IllegalStateException}.
 *
 * <h2>Errors</h2>
 * What a function throws fails the run: every operator closes what it owns and the exception reaches the end of the
 * stream, once. A function that returns null where an item is due fails it with a {@link NullPointerException} that
 * names the operator. {@link #onErrorResume} and {@link #retry} catch exceptions; an {@link Error} passes them.
 *
 * @param <T> the type of the items
 */
public final class AsyncStream<T> implements Publisher<T> {
    private final Supplier<? extends Source<? extends T>> recipe;
    private final Supplier<TaskRuntime> runtime;

    private AsyncStream(Supplier<? extends Source<? extends T>> recipe, Supplier<TaskRuntime> runtime) {
        this.recipe = recipe;
        this.runtime = runtime;
    }

    // ------------------------------------------------------------------ making streams

    /**
     * Returns the stream whose runs are made by this supplier: the way to bring sources and operators of one's own.
     *
     * @param recipe makes a fresh source each time; only makes it, as it may be called on any thread and the source may
     *     be closed without having been polled
     */
    public static <T> AsyncStream<T> recipe(Supplier<? extends Source<? extends T>> recipe) {
        return new AsyncStream<>(Objects.requireNonNull(recipe, "recipe"), AsyncStream::ambientRuntime);
    }

    /**
     * Returns a stream of these items.
     *
     * @throws NullPointerException if one of them is null, naming its index
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsyncStream<T> of(T... items) {
        List<T> copy = copy(items, "of: item ");
        return copy.isEmpty() ? empty() : fromIterable(copy);
    }

    /** Returns a stream that completes without an item. */
    public static <T> AsyncStream<T> empty() {
        return recipe(EmptySource::new);
    }

    /** Returns a stream without an item and without an end. */
    public static <T> AsyncStream<T> never() {
        return recipe(NeverSource::new);
    }

    /** Returns a stream that fails at once. */
    public static <T> AsyncStream<T> failed(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        return recipe(() -> new FailedSource<>(failure));
    }

    /**
     * Counts: {@code range(5, 3)} is 5, 6, 7.
     *
     * @param start the first number
     * @param count how many numbers, at least 0; the last must not exceed {@link Integer#MAX_VALUE}
     */
    public static AsyncStream<Integer> range(int start, int count) {
        long end = start + requireNotNegative(count, "count");
        if (end - 1 > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "start + count - 1 must not exceed 2^31 - 1, was " + start + " + " + count + " - 1");
        }
        return recipe(() -> new RangeSource<>(start, end, number -> (int) number));
    }

    /**
     * Counts: {@code rangeLong(5, 3)} is 5, 6, 7.
     *
     * @param start the first number
     * @param count how many numbers, at least 0; the last must not exceed {@link Long#MAX_VALUE}
     */
    public static AsyncStream<Long> rangeLong(long start, long count) {
        requireNotNegative(count, "count");
        if (count > 0 && start + (count - 1) < start) {
            throw new IllegalArgumentException(
                    "start + count - 1 must not exceed 2^63 - 1, was " + start + " + " + count + " - 1");
        }
        return recipe(() -> new RangeSource<>(start, start + count, number -> number));
    }

    /**
     * Returns a stream of what an iterable holds. Each run asks it for an iterator in its first poll; {@code hasNext} is
     * called right after each {@code next}, so neither may block.
     */
    public static <T> AsyncStream<T> fromIterable(Iterable<? extends T> iterable) {
        Objects.requireNonNull(iterable, "iterable");
        return recipe(() -> new IterableSource<T>(iterable));
    }

    /** As {@link #fromIterable}, for an iterator: this stream can be opened once. */
    public static <T> AsyncStream<T> fromIterator(Iterator<? extends T> iterator) {
        SingleUse<Iterator<? extends T>> once = new SingleUse<>("iterator", iterator);
        return recipe(() -> {
            Iterator<? extends T> items = once.get();
            return new IterableSource<T>(() -> widened(items));
        });
    }

    /**
     * Asks a function for each item as it is wanted, handing it a state that may be changed.
     *
     * <pre>{@code
     * AsyncStream<Long> fibonacci = AsyncStream.generate(() -> new long[] {0, 1}, pair -> {
     *     long next = pair[0];
     *     pair[0] = pair[1];
     *     pair[1] += next;
     *     return next;
     * });
     * }</pre>
     *
     * @param initial makes the state of each run, in its first poll; not null
     * @param next makes the next item; null ends the stream
     */
    public static <S, T> AsyncStream<T> generate(
            Supplier<? extends S> initial, Function<? super S, ? extends @Nullable T> next) {
        Objects.requireNonNull(initial, "initial");
        Objects.requireNonNull(next, "next");
        return recipe(() -> new GenerateSource<S, T>(initial, next));
    }

    /**
     * Makes an item and the next state of each state as items are wanted; the pure form of {@link #generate}.
     *
     * <pre>{@code
     * AsyncStream<Integer> powers = AsyncStream.unfold(1, n -> n > 1000 ? Optional.empty() : Optional.of(Map.entry(n, 2 * n)));
     * }</pre>
     *
     * @param seed the first state, shared by all runs
     * @param step maps a state to an item (the key) and the next state (the value), or to nothing at the end
     */
    public static <S, T> AsyncStream<T> unfold(S seed, Function<? super S, Optional<Entry<T, S>>> step) {
        Objects.requireNonNull(seed, "seed");
        Objects.requireNonNull(step, "step");
        return recipe(() -> new UnfoldSource<S, T>(seed, step));
    }

    /**
     * Ticks 0, 1, 2 and so on: first after a period, then once a period, for ever. Ticks are made when they are asked
     * for; one that was taken late is followed by those that were missed, at once.
     *
     * @param period more than zero
     */
    public static AsyncStream<Long> interval(Duration period) {
        return interval(period, period, MissedTick.BURST);
    }

    /**
     * Ticks 0, 1, 2 and so on, for ever.
     *
     * @param delay from the first poll to the first tick, at least zero
     * @param period between ticks, more than zero
     * @param missed what becomes of the ticks that nobody was there to take
     */
    public static AsyncStream<Long> interval(Duration delay, Duration period, MissedTick missed) {
        Interval.of(delay, period, missed); // refuses bad arguments here rather than in a run
        return recipe(() -> Interval.of(delay, period, missed));
    }

    /** Decides at the first poll of each run, on its task, which stream it is. */
    public static <T> AsyncStream<T> defer(Supplier<? extends Publisher<? extends T>> streams) {
        Objects.requireNonNull(streams, "streams");
        return recipe(() -> new DeferSource<T>(
                () -> openAny(Objects.requireNonNull(streams.get(), "defer: the supplier returned null"))));
    }

    /**
     * Returns a stream of the items of a source, such as the connections of a listener or the chunks of a socket. It can
     * be opened once; the run owns the source from then on and closes it.
     */
    public static <T> AsyncStream<T> from(Source<? extends T> source) {
        SingleUse<Source<? extends T>> once = new SingleUse<>("source", source);
        return recipe(once);
    }

    /** As {@link #fromPublisher(Publisher)}. */
    public static <T> AsyncStream<T> from(Publisher<? extends T> publisher) {
        return fromPublisher(publisher);
    }

    /** As {@link #fromPublisher(Publisher)}, for the publishers of the JDK. */
    public static <T> AsyncStream<T> fromFlow(Flow.Publisher<? extends T> publisher) {
        return fromPublisher(FlowBridge.fromFlow(publisher));
    }

    /**
     * Returns a stream of what a publisher emits; the publisher itself if it is a stream already. Each run subscribes in
     * its first poll and cancels when it is closed. It requests one item whenever one is asked for, so the demand of
     * the run is the demand that the publisher sees; a prefetch trades that for fewer requests.
     */
    @SuppressWarnings("unchecked") // a stream only gives items
    public static <T> AsyncStream<T> fromPublisher(Publisher<? extends T> publisher) {
        return publisher instanceof AsyncStream<?> stream ? (AsyncStream<T>) stream : fromPublisher(publisher, 1);
    }

    /**
     * Returns a stream of what a publisher emits.
     *
     * @param prefetch the most items that are requested and held before they are asked for, from 1 to 2^30; they are
     *     requested again in batches of three quarters
     */
    public static <T> AsyncStream<T> fromPublisher(Publisher<? extends T> publisher, int prefetch) {
        Objects.requireNonNull(publisher, "publisher");
        requirePositive(prefetch, "prefetch");
        return recipe(() -> new PublisherSource<T>(publisher, prefetch));
    }

    /**
     * Returns a stream with the result of a stage as its only item, or none if that is null. All runs listen to the same
     * stage and none cancels it; to begin the work anew for each, put it into {@link #defer}.
     */
    public static <T> AsyncStream<T> fromCompletionStage(CompletionStage<? extends @Nullable T> stage) {
        Objects.requireNonNull(stage, "stage");
        return recipe(() -> new StageSource<T>(stage));
    }

    /**
     * Returns a stream with the result of a call as its only item, or none if that is null. It is made in a poll of each
     * run and must not block; what blocks is awaited by way of {@code spawnBlocking} and {@link #fromPollable}.
     */
    public static <T> AsyncStream<T> fromCallable(Callable<? extends @Nullable T> callable) {
        Objects.requireNonNull(callable, "callable");
        return recipe(() -> new PollableSource<T>(cx -> cx.charge() ? Poll.ready(callable.call()) : Poll.pending()));
    }

    /**
     * Returns a stream with the result of a computation as its only item, or none if that is null. It can be opened
     * once; the run owns the computation from then on and closes it.
     */
    public static <T> AsyncStream<T> fromPollable(Pollable<? extends @Nullable T> pollable) {
        SingleUse<Pollable<? extends @Nullable T>> once = new SingleUse<>("pollable", pollable);
        return recipe(() -> new PollableSource<T>(once.get()));
    }

    /** Gives all items of the first stream, then all of the second, and so on; see {@link #concatWith}. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsyncStream<T> concat(Publisher<? extends T>... streams) {
        List<Publisher<? extends T>> all = copy(streams, "concat: stream ");
        return recipe(() -> new Concat<T>(openAll(all)));
    }

    /** Gives the items of all streams as they come; see {@link #mergeWith}. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsyncStream<T> merge(Publisher<? extends T>... streams) {
        List<Publisher<? extends T>> all = copy(streams, "merge: stream ");
        return recipe(() -> new Merge<T>(openAll(all)));
    }

    /** Pairs the items of two streams; see {@link #zipWith}. */
    public static <A, B, R> AsyncStream<R> zip(
            Publisher<? extends A> left,
            Publisher<? extends B> right,
            BiFunction<? super A, ? super B, ? extends R> combiner) {
        return AsyncStream.<A>fromPublisher(left).zipWith(right, combiner);
    }

    // ------------------------------------------------------------------ one item at a time

    /**
     * Gives what a function makes of each item.
     *
     * <pre>
     *  1---2---3--|
     *  map(n -&gt; 10 * n)
     *  10--20--30-|
     * </pre>
     */
    public <R> AsyncStream<R> map(Function<? super T, ? extends R> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return derive(() -> new Map<T, R>(open(), mapper));
    }

    /** Gives only the items that the predicate accepts. */
    public AsyncStream<T> filter(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return derive(() -> new Filter<T>(open(), predicate));
    }

    /**
     * Ends with the nth item, and closes upstream before giving it.
     *
     * <pre>
     *  1---2---3---4--
     *  take(2)
     *  1---2|
     * </pre>
     *
     * @param count at least 0, which completes without asking upstream for anything
     */
    public AsyncStream<T> take(long count) {
        requireNotNegative(count, "count");
        return derive(() -> new Take<T>(open(), count));
    }

    /** Ends before the first item that the predicate refuses, which is dropped, and closes upstream there. */
    public AsyncStream<T> takeWhile(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return derive(() -> new TakeWhile<T>(open(), predicate));
    }

    /**
     * Drops the first n items.
     *
     * @param count at least 0
     */
    public AsyncStream<T> skip(long count) {
        requireNotNegative(count, "count");
        return derive(() -> new Skip<T>(open(), count));
    }

    /** Drops items until the predicate refuses one; gives that one and all after it. */
    public AsyncStream<T> skipWhile(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return derive(() -> new SkipWhile<T>(open(), predicate));
    }

    /**
     * Gives the seed, and then after each item what the items so far fold into.
     *
     * <pre>
     *    1---2---3--|
     *  scan(0, Integer::sum)
     *  0-1---3---6--|
     * </pre>
     *
     * @param seed shared by all runs, so not to be changed by the function
     */
    public <A> AsyncStream<A> scan(A seed, BiFunction<? super A, ? super T, ? extends A> accumulator) {
        Objects.requireNonNull(seed, "seed");
        Objects.requireNonNull(accumulator, "accumulator");
        return derive(() -> new Scan<T, A>(open(), seed, accumulator));
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
    public AsyncStream<List<T>> buffer(int size) {
        requirePositive(size, "size");
        return derive(() -> new Buffer<T>(open(), size));
    }

    /** Shows each item to the consumer before giving it. */
    public AsyncStream<T> peek(Consumer<? super T> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return derive(() -> new Peek<T>(open(), consumer));
    }

    /** Shows the failure of upstream to the consumer before passing it on. What the consumer throws is suppressed. */
    public AsyncStream<T> peekError(Consumer<? super Throwable> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return derive(() -> new PeekError<T>(open(), consumer));
    }

    /** Runs the action once for each run, after upstream was closed: on completion, failure and cancellation alike. */
    public AsyncStream<T> onClose(Runnable action) {
        Objects.requireNonNull(action, "action");
        return derive(() -> new OnClose<T>(open(), action));
    }

    // ------------------------------------------------------------------ several streams

    /**
     * Gives the items of the other stream after all of this one. The second is polled for the first time when the first
     * has been closed.
     *
     * <pre>
     *  1--2--|
     *         3--4--|
     *  concat
     *  1--2---3--4--|
     * </pre>
     */
    public AsyncStream<T> concatWith(Publisher<? extends T> other) {
        List<Publisher<? extends T>> both = List.of(this, other);
        return derive(() -> new Concat<T>(openAll(both)));
    }

    /**
     * Gives all items of the stream that the function makes of each item, one stream after the other. The inner stream
     * is closed before the next item is asked for, so there is at most one at a time.
     */
    public <R> AsyncStream<R> concatMap(Function<? super T, ? extends Publisher<? extends R>> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        return derive(() -> new ConcatMap<T, R>(open(), item -> openMapped(mapper, item, "concatMap")));
    }

    /**
     * Gives the items of both streams as they come. A stream that always has items alternates with the others. Holds no
     * items; the first failure fails the whole.
     *
     * <pre>
     *  1-----2-----3--|
     *  ---a-----b--|
     *  merge
     *  1--a--2--b--3--|
     * </pre>
     */
    public AsyncStream<T> mergeWith(Publisher<? extends T> other) {
        List<Publisher<? extends T>> both = List.of(this, other);
        return derive(() -> new Merge<T>(openAll(both)));
    }

    /**
     * Merges the streams that the function makes of the items, a bounded number at a time. An item is asked for only
     * when there is a place for its stream. A poll asks the inner streams that were woken, in rounds, so its cost does
     * not depend on how many wait. All run in the task of this stream; {@link #forEachConcurrent} spreads work over
     * workers.
     *
     * @param concurrency the most inner streams at a time, at least 1
     */
    public <R> AsyncStream<R> flatMap(Function<? super T, ? extends Publisher<? extends R>> mapper, int concurrency) {
        Objects.requireNonNull(mapper, "mapper");
        requirePositive(concurrency, "concurrency");
        return derive(() -> new FlatMap<T, R>(open(), item -> openMapped(mapper, item, "flatMap"), concurrency));
    }

    /**
     * Pairs the nth item of this stream with the nth of the other. Both are asked at the same time, neither more than
     * one item ahead. When one ends both are closed, and an item without a partner is dropped.
     *
     * <pre>
     *  1--2-----3--|
     *  ---a--b-------c--
     *  zip
     *  ---1a-2b----|
     * </pre>
     */
    public <U, R> AsyncStream<R> zipWith(
            Publisher<? extends U> other, BiFunction<? super T, ? super U, ? extends R> combiner) {
        Objects.requireNonNull(other, "other");
        Objects.requireNonNull(combiner, "combiner");
        return derive(() -> openZip(other, combiner));
    }

    // ------------------------------------------------------------------ time and failure

    /**
     * Fails with a {@link TimeoutException} when an item takes too long. The time runs only while somebody waits for an
     * item: from the first poll that finds none.
     *
     * @param duration at least zero, which fails whenever an item is not there at once
     */
    public AsyncStream<T> timeout(Duration duration) {
        long nanos = nanos(duration);
        return derive(
                () -> new Timeout<T>(open(), nanos, () -> new TimeoutException("timeout: no item within " + duration)));
    }

    /**
     * Goes on with another stream when this one fails, which is closed before. A failure of the other one passes.
     *
     * <pre>
     *  1--2--X
     *         9--|
     *  onErrorResume
     *  1--2---9--|
     * </pre>
     */
    public AsyncStream<T> onErrorResume(Function<? super Exception, ? extends Publisher<? extends T>> fallback) {
        Objects.requireNonNull(fallback, "fallback");
        return derive(() -> new Recover<T>(open(), failure -> openMapped(fallback, failure, "onErrorResume")));
    }

    /** Gives this item and completes when the stream fails. */
    public AsyncStream<T> onErrorReturn(T item) {
        AsyncStream<T> other = of(item);
        return onErrorResume(failure -> other);
    }

    /**
     * Runs the stream again from its beginning when it fails, at most n times; the failure after those passes. Items
     * that were given stay given. A stream that can be opened once cannot be retried.
     *
     * @param times at least 0
     */
    public AsyncStream<T> retry(long times) {
        requireNotNegative(times, "times");
        return derive(() -> new Retry<T>(open(), this::open, Retry.times(times)));
    }

    /** As {@link #retry(long)}, as long as the predicate accepts the failure. */
    public AsyncStream<T> retry(Predicate<? super Exception> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return derive(() -> new Retry<T>(open(), this::open, predicate));
    }

    // ------------------------------------------------------------------ ends

    /** Folds the items into one value, beginning with the seed, which is shared by all runs and so not to be changed. */
    public <A> StreamRun<A> reduce(A seed, BiFunction<? super A, ? super T, ? extends A> reducer) {
        Objects.requireNonNull(seed, "seed");
        Objects.requireNonNull(reducer, "reducer");
        return end(source -> new Reduce<T, A>(source, seed, reducer));
    }

    /** Folds the items into one; there is none if there are no items. */
    public StreamRun<Optional<T>> reduce(BinaryOperator<T> reducer) {
        return collect(Collectors.reducing(Objects.requireNonNull(reducer, "reducer")));
    }

    /** Gathers the items as a {@link java.util.stream.Stream} does. */
    public <A, R> StreamRun<R> collect(Collector<? super T, A, R> collector) {
        Objects.requireNonNull(collector, "collector");
        return end(source -> new Collect<T, A, R>(source, collector));
    }

    /** Gathers the items in a list that cannot be changed. */
    public StreamRun<List<T>> toList() {
        return collect(Collectors.<T>toUnmodifiableList());
    }

    /** Takes one item and closes the stream; nothing if it completes without any. */
    public StreamRun<Optional<T>> first() {
        return end(First::new);
    }

    /** Counts the items. */
    public StreamRun<Long> count() {
        return forEach(item -> {});
    }

    /** Hands every item to the consumer. The result is their number. */
    public StreamRun<Long> forEach(Consumer<? super T> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return end(source -> new ForEach<T>(source, consumer));
    }

    /**
     * Runs work for each item, a bounded number at a time, each in a task of its own on the runtime that runs this: so
     * the connections of a server spread over the workers. An item is asked for only when fewer than n are at work.
     *
     * <p>The whole is structured: it completes when the stream has completed and all work is done; the result is the
     * number of items. <em>The failure of one item's work ends the whole</em>: no item is asked for any more, all other
     * work is cancelled, and the failure comes out when the last of it has ended; a failure of the stream does the same.
     * Cancelling the run cancels all work. A server should rather go on: see {@link #forEachConcurrent(int, Function,
     * BiConsumer)}.
     *
     * @param concurrency the most items at work, at least 1; a few words of memory each
     * @param work makes the work of an item
     */
    public StreamRun<Long> forEachConcurrent(int concurrency, Function<? super T, ? extends Pollable<?>> work) {
        requirePositive(concurrency, "concurrency");
        Objects.requireNonNull(work, "work");
        return end(source -> new ForEachConcurrent<T>(source, concurrency, work, null));
    }

    /**
     * As {@link #forEachConcurrent(int, Function)}, but a failure of one item's work goes to a handler and the rest goes
     * on. The handler is called by the run's own task, one at a time; what it throws ends the whole.
     *
     * @param onFailure receives the item and what its work threw
     */
    public StreamRun<Long> forEachConcurrent(
            int concurrency,
            Function<? super T, ? extends Pollable<?>> work,
            BiConsumer<? super T, ? super Throwable> onFailure) {
        requirePositive(concurrency, "concurrency");
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(onFailure, "onFailure");
        return end(source -> new ForEachConcurrent<T>(source, concurrency, work, onFailure));
    }

    /**
     * Moves all items into a sink and finishes it. An item is asked for only when the sink has room for it. The run owns
     * the sink; the result is the number of items.
     */
    public StreamRun<Long> into(Sink<T> sink) {
        Objects.requireNonNull(sink, "sink");
        return end(sink::drain);
    }

    /**
     * Opens one run of this stream, to be polled by hand or by an operator of one's own. The caller owns it.
     *
     * @throws IllegalStateException if it can be opened once and has been
     */
    @SuppressWarnings("unchecked") // a source only gives items
    public Source<T> open() {
        return (Source<T>) Objects.requireNonNull(recipe.get(), "the recipe returned null");
    }

    /** {@inheritDoc} Each subscriber gets a run of its own, in a task of the stream's {@linkplain #on runtime}. */
    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        new SourcePublisher<T>(this::open, runtime).subscribe(subscriber);
    }

    /** Returns this stream as a publisher of the JDK. */
    public Flow.Publisher<T> toFlow() {
        return FlowBridge.toFlow(this);
    }

    /**
     * Tells where subscriptions, and runs that are not told otherwise, take place. Goes for the streams that are derived
     * from this one as well, but for those that are merely given to operators of others.
     */
    public AsyncStream<T> on(TaskRuntime runtime) {
        Objects.requireNonNull(runtime, "runtime");
        return new AsyncStream<>(recipe, () -> runtime);
    }

    // ------------------------------------------------------------------ opening

    private <R> AsyncStream<R> derive(Supplier<? extends Source<? extends R>> derived) {
        return new AsyncStream<>(derived, runtime);
    }

    private <R extends @Nullable Object> StreamRun<R> end(Function<Source<T>, Pollable<R>> end) {
        return new StreamRun<>(end.apply(open()), runtime);
    }

    private static TaskRuntime ambientRuntime() {
        TaskRuntime current = TaskRuntime.current();
        return current != null ? current : TaskRuntime.shared();
    }

    private static <T> Source<T> openAny(Publisher<? extends T> publisher) {
        return AsyncStream.<T>fromPublisher(publisher).open();
    }

    private static <T, R> Source<R> openMapped(
            Function<? super T, ? extends Publisher<? extends R>> mapper, T item, String operator) {
        return openAny(Objects.requireNonNull(
                mapper.apply(item), () -> operator + ": the function returned null (rule 2.13)"));
    }

    private <U, R> Source<R> openZip(
            Publisher<? extends U> other, BiFunction<? super T, ? super U, ? extends R> combiner) {
        Source<T> left = open();
        try {
            return new Zip<T, U, R>(left, openAny(other), combiner);
        } catch (RuntimeException | Error thrown) {
            left.close();
            throw thrown;
        }
    }

    /** Opens all or, if one refuses because it can be opened once, none. */
    private static <T> List<Source<T>> openAll(List<Publisher<? extends T>> streams) {
        List<Source<T>> sources = new ArrayList<>(streams.size());
        try {
            for (Publisher<? extends T> stream : streams) {
                sources.add(openAny(stream));
            }
            return sources;
        } catch (RuntimeException | Error thrown) {
            Closer closer = new Closer();
            sources.forEach(source -> closer.close(source::close));
            throw thrown;
        }
    }

    // ------------------------------------------------------------------ arguments

    private static long requireNotNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, was " + value);
        }
        return value;
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }

    private static long nanos(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration must not be negative, was " + duration);
        }
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    private static <E> List<E> copy(E[] array, String what) {
        List<E> copy = new ArrayList<>(array.length);
        for (E element : array) {
            copy.add(Objects.requireNonNull(element, () -> what + copy.size() + " is null"));
        }
        return copy;
    }

    @SuppressWarnings("unchecked") // an iterator only gives items
    private static <T> Iterator<T> widened(Iterator<? extends T> iterator) {
        return (Iterator<T>) iterator;
    }
}
