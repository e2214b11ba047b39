package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.boundary.Detached;
import dev.weir.stream.copy.Copies;
import dev.weir.stream.op.Answer;
import dev.weir.stream.op.Closer;
import dev.weir.stream.op.CombineLatest;
import dev.weir.stream.op.CompleteOnFailure;
import dev.weir.stream.op.Concat;
import dev.weir.stream.op.FailAtEnd;
import dev.weir.stream.op.Failures;
import dev.weir.stream.op.ItemSource;
import dev.weir.stream.op.MapAsync;
import dev.weir.stream.op.Merge;
import dev.weir.stream.op.MergeSorted;
import dev.weir.stream.op.OnClose;
import dev.weir.stream.op.Race;
import dev.weir.stream.op.RaceForItem;
import dev.weir.stream.op.SingleUse;
import dev.weir.stream.op.Take;
import dev.weir.stream.op.ZipMany;
import dev.weir.stream.push.Emitter;
import dev.weir.stream.push.Overflow;
import dev.weir.stream.push.PushSource;
import dev.weir.stream.reactive.FlowBridge;
import dev.weir.stream.reactive.PublisherSource;
import dev.weir.stream.reactive.SharedRun;
import dev.weir.stream.reactive.SourcePublisher;
import dev.weir.stream.sink.Collect;
import dev.weir.stream.sink.First;
import dev.weir.stream.sink.ForEach;
import dev.weir.stream.sink.ForEachConcurrent;
import dev.weir.stream.sink.Last;
import dev.weir.stream.sink.Matches;
import dev.weir.stream.sink.Reduce;
import dev.weir.stream.sink.Single;
import dev.weir.stream.source.DeferSource;
import dev.weir.stream.source.EmptySource;
import dev.weir.stream.source.FailedSource;
import dev.weir.stream.source.GenerateSource;
import dev.weir.stream.source.IterableSource;
import dev.weir.stream.source.NeverSource;
import dev.weir.stream.source.PollableSource;
import dev.weir.stream.source.RangeSource;
import dev.weir.stream.source.StageSource;
import dev.weir.stream.source.UnfoldSource;
import dev.weir.stream.source.UsingSource;
import dev.weir.stream.split.Rails;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.time.Interval;
import dev.weir.time.MissedTick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
 * <h2>Operators</h2>
 * They are grouped by what they are about: {@linkplain ItemOperators one item at a time}, {@linkplain LimitOperators a
 * part of the stream}, {@linkplain FlattenOperators something asynchronous of each item}, {@linkplain CombineOperators
 * several streams}, {@linkplain GroupOperators groups of items}, {@linkplain TimeOperators time}, {@linkplain BoundaryOperators several tasks}, {@linkplain SharingOperators several subscribers}, {@linkplain
 * FailureOperators failure and repetition}, {@linkplain ObserveOperators looking on}.
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
 * {@link #open()}, a subscription, or a method that ends the stream build the whole chain, and build it only: nothing
 * is started and no user code runs before the first poll, apart from the pipeline of {@link #parallel}, once for each
 * rail. What makes the chain runs where it is written down: the accumulator of a {@link #collect collector} is asked for,
 * and an iterable of streams is walked, once, so that all runs have the same streams. What was built is closed exactly once, whether the run
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
public final class AsyncStream<T>
        implements Publisher<T>,
                ItemOperators<T>,
                LimitOperators<T>,
                FlattenOperators<T>,
                CombineOperators<T>,
                GroupOperators<T>,
                BoundaryOperators<T>,
                SharingOperators<T>,
                TimeOperators<T>,
                FailureOperators<T>,
                ObserveOperators<T> {
    private static final int MOST_RAILS = 1 << 16;

    private final Supplier<? extends Source<? extends T>> recipe;
    private final Supplier<TaskRuntime> runtime;

    private AsyncStream(Supplier<? extends Source<? extends T>> recipe, Supplier<TaskRuntime> runtime) {
        this.recipe = Assembly.traced(recipe);
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
        if (items.length == 1) {
            return only(Objects.requireNonNull(items[0], "of: item 0 is null"));
        }
        List<T> copy = Check.copy(Arrays.asList(items), "of: item ");
        return copy.isEmpty() ? empty() : fromIterable(copy);
    }

    private static <T> AsyncStream<T> only(T item) {
        return recipe(() -> new ItemSource<>(item));
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
        long end = start + Check.notNegative(count, "count");
        if (end - 1 > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "start + count - 1 must not exceed 2^31 - 1, was " + start + " + " + count + " - 1");
        }
        return count == 1 ? only(start) : recipe(() -> new RangeSource<>(start, end, number -> (int) number));
    }

    /**
     * Counts: {@code rangeLong(5, 3)} is 5, 6, 7.
     *
     * @param start the first number
     * @param count how many numbers, at least 0; the last must not exceed {@link Long#MAX_VALUE}
     */
    public static AsyncStream<Long> rangeLong(long start, long count) {
        Check.notNegative(count, "count");
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
        return recipe(() -> new DeferSource<T>(() -> openAny(Answer.of(streams.get(), "defer: the supplier"))));
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
     *     requested again in batches of three quarters. A run has room for all of them from its opening on, a word each,
     *     so this is no way to request without a bound
     */
    public static <T> AsyncStream<T> fromPublisher(Publisher<? extends T> publisher, int prefetch) {
        Objects.requireNonNull(publisher, "publisher");
        PublisherSource.requirePrefetch(prefetch);
        return recipe(() -> new PublisherSource<T>(publisher, prefetch));
    }

    /**
     * Returns a stream with the result of a stage as its only item, or none if that is null. All runs listen to the same
     * stage and none cancels it; to begin the work anew for each, put it into {@link #defer}. A stage keeps those who
     * listen until it completes, also if their run is over. For one that lives long and has many runs, a signal of
     * shutdown, say, make one stream and let them {@linkplain #cache share} it.
     */
    public static <T> AsyncStream<T> fromCompletionStage(CompletionStage<? extends @Nullable T> stage) {
        Objects.requireNonNull(stage, "stage");
        return recipe(() -> new StageSource<T>(stage, false));
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

    /**
     * Returns a stream with the elements of a stream of the JDK. It can be opened once; the run closes it. Elements are
     * computed as they are asked for, on the task of the run, and must not block.
     */
    public static <T> AsyncStream<T> fromStream(Stream<? extends T> stream) {
        SingleUse<Stream<? extends T>> once = new SingleUse<>("stream", stream);
        return recipe(() -> {
            Stream<? extends T> elements = once.get();
            return new OnClose<T>(new IterableSource<T>(() -> widened(elements.iterator())), elements::close);
        });
    }

    /** Gives 0 after a while, counted from the first poll, and completes. Reactor's {@code Mono.delay}. */
    public static AsyncStream<Long> timer(Duration delay) {
        Check.nanos(delay, "delay");
        return recipe(() -> new Take<Long>(Interval.of(delay, Duration.ofSeconds(1), MissedTick.BURST), 1));
    }

    /**
     * Gives what is pushed into an emitter, from callbacks, listeners and other threads. Reactor's and RxJava's {@code
     * create}, with its strategy; an {@link Emitter} of one's own, by way of {@code from(emitter.source())}, is their
     * {@code Sinks} and {@code Processor}.
     *
     * @param capacity the most items that are held until they are asked for, at least 1
     * @param overflow what becomes of one more
     * @param start is handed the emitter of each run, in its first poll, and must not block
     */
    public static <T> AsyncStream<T> create(int capacity, Overflow overflow, Consumer<? super Emitter<T>> start) {
        Check.positive(capacity, "capacity");
        Objects.requireNonNull(overflow, "overflow");
        Objects.requireNonNull(start, "start");
        return recipe(() -> new PushSource<T>(capacity, overflow, start));
    }

    /**
     * Gives the items of a stream made from a resource that lives as long as the run.
     *
     * @param acquire makes the resource, in the first poll
     * @param use makes the stream
     * @param release is called once, after that stream was closed and before the end is passed on; what it throws fails
     *     the run. An operator behind this that ends with an item, {@code take}, or goes on behind a failure, {@code
     *     retry}, may have it called before the last item is used. A task within that stream, as a {@link #detach} makes
     *     one, ends by itself: cancelled, it may still be in a last poll then. Behind {@code using} it is not
     */
    public static <R, T> AsyncStream<T> using(
            Callable<? extends R> acquire,
            Function<? super R, ? extends Publisher<? extends T>> use,
            Consumer<? super R> release) {
        Objects.requireNonNull(release, "release");
        return using(acquire, use, false, resource -> {
            release.accept(resource);
            return UsingSource.RELEASED;
        });
    }

    private static <R, T> AsyncStream<T> using(
            Callable<? extends R> acquire,
            Function<? super R, ? extends Publisher<? extends T>> use,
            boolean releaseWaits,
            Function<? super R, ? extends Pollable<?>> release) {
        Objects.requireNonNull(acquire, "acquire");
        Objects.requireNonNull(use, "use");
        return recipe(() ->
                new UsingSource<R, T>(acquire, resource -> openMapped(use, resource, "using"), release, releaseWaits));
    }

    /**
     * As {@link #using}, with a release that takes time, which the end of the stream waits for: when a run has completed
     * or failed, its resource is gone. When a run is cancelled, its release is a task of the runtime that goes on; what it
     * throws is told to {@link dev.weir.stream.push.Drops}. A shutdown cancels that task where it waits, and if it comes
     * first it does not begin, which is told as well. The release begins when an item is asked for and there is none left:
     * who has requested just those that there are must request one more. Reactor's {@code usingWhen}.
     *
     * @param release makes what releases the resource
     */
    public static <R, T> AsyncStream<T> usingAsync(
            Callable<? extends R> acquire,
            Function<? super R, ? extends Publisher<? extends T>> use,
            Function<? super R, ? extends Pollable<?>> release) {
        Objects.requireNonNull(release, "release");
        return using(acquire, use, true, release);
    }

    /** Gives all items of the first stream, then all of the second, and so on; see {@link #concatWith}. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsyncStream<T> concat(Publisher<? extends T>... streams) {
        return concat(Arrays.asList(streams));
    }

    /**
     * As {@link #concat(Publisher[])}. The iterable is walked once, here. One that makes its streams as they are asked for,
     * or has no end, is {@code fromIterable(streams).concatMap(s -> s)}, and each run walks it then.
     */
    public static <T> AsyncStream<T> concat(Iterable<? extends Publisher<? extends T>> streams) {
        List<Publisher<? extends T>> all = Check.copy(streams, "concat: stream ");
        return recipe(() -> new Concat<T>(openAll(all)));
    }

    /** Gives the items of all streams as they come; see {@link #mergeWith}. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsyncStream<T> merge(Publisher<? extends T>... streams) {
        return merge(Arrays.asList(streams));
    }

    /**
     * As {@link #merge(Publisher[])}. The iterable is walked once, here; {@code fromIterable(streams).flatMap(s -> s, n)}
     * walks it in each run and has n of its streams open at a time.
     */
    public static <T> AsyncStream<T> merge(Iterable<? extends Publisher<? extends T>> streams) {
        List<Publisher<? extends T>> all = Check.copy(streams, "merge: stream ");
        return recipe(() -> new Merge<T>(openAll(all)));
    }

    /**
     * As {@link #merge(Iterable)}, but a failure waits until all others have ended. The first is what the whole fails with,
     * the others are suppressed in it. Errors do not wait.
     */
    public static <T> AsyncStream<T> mergeDelayError(Iterable<? extends Publisher<? extends T>> streams) {
        List<Publisher<? extends T>> all = Check.copy(streams, "mergeDelayError: stream ");
        return recipe(() -> delayError(openAll(all), Merge<T>::new));
    }

    /** As {@link #concat(Iterable)}, but a failure waits until all others have ended; see {@link #mergeDelayError}. */
    public static <T> AsyncStream<T> concatDelayError(Iterable<? extends Publisher<? extends T>> streams) {
        List<Publisher<? extends T>> all = Check.copy(streams, "concatDelayError: stream ");
        return recipe(() -> delayError(openAll(all), Concat<T>::new));
    }

    /**
     * Gives exactly what {@link #concat(Iterable)} would, but runs all streams at a time; a failure, too, waits for its
     * turn. RxJava's {@code concatEager}.
     *
     * @param prefetch the most items that are held of each stream until it is its turn, at least 1
     */
    public static <T> AsyncStream<T> mergeSequential(Iterable<? extends Publisher<? extends T>> streams, int prefetch) {
        List<Publisher<? extends T>> all = Check.copy(streams, "mergeSequential: stream ");
        return fromIterable(all).flatMapOrdered(stream -> stream, Math.max(1, all.size()), prefetch);
    }

    /** Merges streams that are sorted into one that is; see {@link #mergeSortedWith}. */
    public static <T> AsyncStream<T> mergeSorted(
            Iterable<? extends Publisher<? extends T>> streams, Comparator<? super T> order) {
        List<Publisher<? extends T>> all = Check.copy(streams, "mergeSorted: stream ");
        Objects.requireNonNull(order, "order");
        return recipe(() -> new MergeSorted<T>(openAll(all), order));
    }

    /** Pairs the items of two streams; see {@link #zipWith}. */
    public static <A, B, R> AsyncStream<R> zip(
            Publisher<? extends A> left,
            Publisher<? extends B> right,
            BiFunction<? super A, ? super B, ? extends R> combiner) {
        return AsyncStream.<A>fromPublisher(left).zipWith(right, combiner);
    }

    /** Gives what a function makes of the nth items of all streams, in a list in their order; see {@link #zipWith}. */
    public static <T, R> AsyncStream<R> zip(
            Iterable<? extends Publisher<? extends T>> streams, Function<? super List<T>, ? extends R> combiner) {
        List<Publisher<? extends T>> all = Check.copy(streams, "zip: stream ");
        Objects.requireNonNull(combiner, "combiner");
        return recipe(() -> new ZipMany<T, R>(openAll(all), combiner));
    }

    /** Gives what a function makes of the latest items of all streams; see {@link #combineLatestWith}. */
    public static <T, R> AsyncStream<R> combineLatest(
            Iterable<? extends Publisher<? extends T>> streams, Function<? super List<T>, ? extends R> combiner) {
        List<Publisher<? extends T>> all = Check.copy(streams, "combineLatest: stream ");
        Objects.requireNonNull(combiner, "combiner");
        return recipe(() -> new CombineLatest<T, R>(openAll(all), combiner));
    }

    /** Is whichever stream first gives an item, completes or fails; see {@link #raceWith}. */
    public static <T> AsyncStream<T> race(Iterable<? extends Publisher<? extends T>> streams) {
        List<Publisher<? extends T>> all = Check.copy(streams, "race: stream ");
        return recipe(() -> new Race<T>(openAll(all)));
    }

    /**
     * Is whichever stream first gives an item; the others are closed then. Who ends without one is out of the race. When
     * all are, it fails with the first failure, which has the others suppressed, or completes if there was none. What the
     * close of another throws fails the run after that item.
     *
     * <pre>
     *  --X
     *  --------1--2--|
     *  -----3---4--5--|
     *  raceForItem
     *  -----3---4--5--|
     * </pre>
     */
    public static <T> AsyncStream<T> raceForItem(Iterable<? extends Publisher<? extends T>> streams) {
        List<Publisher<? extends T>> all = Check.copy(streams, "raceForItem: stream ");
        return recipe(() -> new RaceForItem<T>(openAll(all)));
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
        Objects.requireNonNull(reducer, "reducer");
        return collect(
                Collectors.reducing((left, right) -> Answer.of(reducer.apply(left, right), "reduce: the reducer")));
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

    /** Takes all items and gives the last; nothing if there is none. */
    public StreamRun<Optional<T>> last() {
        return end(Last::new);
    }

    /**
     * Takes the only item. Fails with a {@link NoSuchElementException} if there is none, and with an {@link
     * IllegalStateException} as soon as there is a second.
     */
    public StreamRun<T> single() {
        return end(Single::new);
    }

    /** Tells whether the predicate accepts an item; stops at the first. */
    public StreamRun<Boolean> any(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return end(source -> new Matches<T>(source, predicate, true));
    }

    /** Tells whether the predicate accepts all items; stops at the first that it refuses. */
    public StreamRun<Boolean> all(Predicate<? super T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return end(source -> new Matches<T>(source, item -> !predicate.test(item), false));
    }

    /** Tells whether there is an item; stops at it. */
    public StreamRun<Boolean> hasItems() {
        return any(item -> true);
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
     * @param concurrency the most items at work, at least 1; a few words of memory for each that is
     * @param work makes the work of an item
     */
    public StreamRun<Long> forEachConcurrent(int concurrency, Function<? super T, ? extends Pollable<?>> work) {
        Check.positive(concurrency, "concurrency");
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
        Check.positive(concurrency, "concurrency");
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
     * Returns an iterable whose every iterator is a run of this stream, polled by the thread that iterates. {@code
     * hasNext} blocks until there is an item or the end, cheaply on a virtual thread; it throws what the stream failed
     * with, a checked exception in a {@link CompletionException}. An iterator that is not exhausted keeps its run open:
     * use {@link #toStream}, which can be closed, to leave early. An interrupt does not end the wait and
     * is kept for the caller.
     *
     * @throws IllegalStateException from {@code hasNext} on a thread that runs tasks
     */
    public Iterable<T> toIterable() {
        return () -> new BlockingItems<T>(open(), runtime.get());
    }

    /**
     * Returns a run of this stream as a stream of the JDK, which blocks as {@link #toIterable} does. To be closed unless
     * all of it is read, by any thread, also from within: a read that waits, and each that follows, then throws {@link
     * java.util.concurrent.CancellationException}, as an end would pass for that of the items. The run is closed by the
     * close, or if it is being polled by who reads, as soon as that poll returns.
     */
    public Stream<T> toStream() {
        BlockingItems<T> items = new BlockingItems<>(open(), runtime.get());
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(items, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(items::close);
    }

    /**
     * Opens one run of this stream, to be polled by hand or by an operator of one's own. The caller owns it.
     *
     * @throws IllegalStateException if it can be opened once and has been
     */
    @SuppressWarnings("unchecked") // a source only gives items
    public Source<T> open() {
        return Copies.ofNew((Source<T>) Answer.of(recipe.get(), "the recipe"));
    }

    /** {@inheritDoc} Each subscriber gets a run of its own, in a task of the stream's {@linkplain #on runtime}. */
    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        SourcePublisher<T> publisher = new SourcePublisher<>(this::open, runtime);
        if (runtime instanceof Lent) {
            publisher.subscribeHere(subscriber);
        } else {
            publisher.subscribe(subscriber);
        }
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

    /**
     * Lets each subscription run on the threads that ask: within {@code subscribe}, {@code request} and {@code cancel},
     * and on whichever thread wakes it. For tiny streams that do not wait, which cost no hop then; the subscriber of an
     * endless one that asks for everything keeps its thread. A call made in the midst of a signal, of this stream or of
     * another one like it, returns first (a trampoline), so streams may be nested. A shutdown of the runtime, which lends
     * timers and the like, does not end the subscription. Goes for derived streams as {@link #on} does, which undoes it.
     */
    public AsyncStream<T> onCaller() {
        return new AsyncStream<>(recipe, runtime instanceof Lent ? runtime : new Lent(runtime));
    }

    /** The runtime of a stream whose subscriptions run on whoever asks. */
    private record Lent(Supplier<TaskRuntime> runtime) implements Supplier<TaskRuntime> {
        @Override
        public TaskRuntime get() {
            return runtime.get();
        }
    }

    // ------------------------------------------------------------------ opening

    /**
     * Puts an operator of one's own behind this stream. RxJava's {@code lift}, Mutiny's {@code plug}.
     *
     * @param operator makes the source of a run from the one it pulls, which it owns; only makes it, as for {@link
     *     #recipe}
     */
    public <R> AsyncStream<R> lift(Function<? super Source<T>, ? extends Source<? extends R>> operator) {
        Objects.requireNonNull(operator, "operator");
        return new AsyncStream<R>(
                () -> {
                    Source<T> upstream = open();
                    try {
                        return operator.apply(upstream);
                    } catch (Throwable thrown) {
                        new Closer().close(upstream::close);
                        throw thrown;
                    }
                },
                runtime);
    }

    AsyncStream<T> sharing(SharedRun<T> run) {
        return new AsyncStream<T>(run::join, runtime);
    }

    static <T, R> AsyncStream<R> mapAsync(
            AsyncStream<T> stream,
            Function<? super T, ? extends CompletionStage<? extends @Nullable R>> call,
            int concurrency,
            int buffer,
            boolean ordered) {
        Objects.requireNonNull(call, "call");
        Check.positive(concurrency, "concurrency");
        if (buffer < concurrency) {
            throw new IllegalArgumentException(
                    "buffer must be at least the concurrency, was " + buffer + " and " + concurrency);
        }
        Function<T, StageSource<R>> start =
                item -> new StageSource<R>(Answer.of(call.apply(item), "mapAsync: the function"), true);
        return stream.lift(up -> new MapAsync<T, R>(up, start, concurrency, buffer, ordered));
    }

    private <R extends @Nullable Object> StreamRun<R> end(Function<Source<T>, Pollable<R>> end) {
        Source<T> source = open();
        try {
            return new StreamRun<>(end.apply(source), runtime);
        } catch (Throwable thrown) {
            new Closer().close(source::close);
            throw thrown;
        }
    }

    private static TaskRuntime ambientRuntime() {
        TaskRuntime current = TaskRuntime.current();
        return current != null ? current : TaskRuntime.shared();
    }

    /** What the rails of a stream give, as it comes. The rails are closed as well: a pipeline may have left one alone. */
    static <T, R> AsyncStream<R> parallel(
            AsyncStream<T> stream,
            @Nullable TaskRuntime runtime,
            int rails,
            int capacity,
            Function<? super AsyncStream<T>, ? extends Publisher<? extends R>> pipeline) {
        Check.from1To(MOST_RAILS, rails, "rails");
        Check.positive(capacity, "capacity");
        Objects.requireNonNull(pipeline, "pipeline");
        return stream.lift(up -> {
            Rails<T> dealt = new Rails<>(up, rails);
            List<Publisher<? extends R>> pipelines = new ArrayList<>(rails);
            for (Source<T> rail : dealt.all()) {
                pipelines.add(Answer.of(pipeline.apply(from(rail)), "parallel: the function"));
            }
            List<Detached<R>> ends = Detached.rails(AsyncStream.<R>openAll(pipelines), runtime, capacity);
            return new OnClose<R>(new Merge<R>(ends), dealt::close);
        });
    }

    static <T> Source<T> openAny(Publisher<? extends T> publisher) {
        return AsyncStream.<T>fromPublisher(publisher).open();
    }

    static <T, R> Source<R> openMapped(
            Function<? super T, ? extends Publisher<? extends R>> mapper, T item, String operator) {
        return openAny(Objects.requireNonNull(
                mapper.apply(item), () -> operator + ": the function returned null (rule 2.13)"));
    }

    private static <T> Source<T> delayError(List<Source<T>> sources, Function<List<Source<T>>, Source<T>> combine) {
        Failures failures = new Failures();
        List<Source<T>> completing = new ArrayList<>(sources.size());
        for (Source<T> source : sources) {
            completing.add(new CompleteOnFailure<T>(source, failures));
        }
        return new FailAtEnd<T>(combine.apply(completing), failures);
    }

    /** Opens all or, if one refuses because it can be opened once, none. */
    private static <T> List<Source<T>> openAll(List<Publisher<? extends T>> streams) {
        List<Source<T>> sources = new ArrayList<>(streams.size());
        try {
            for (Publisher<? extends T> stream : streams) {
                sources.add(openAny(stream));
            }
            return sources;
        } catch (Throwable thrown) {
            Closer closer = new Closer();
            sources.forEach(source -> closer.close(source::close));
            throw thrown;
        }
    }

    @SuppressWarnings("unchecked") // an iterator only gives items
    private static <T> Iterator<T> widened(Iterator<? extends T> iterator) {
        return (Iterator<T>) iterator;
    }
}
