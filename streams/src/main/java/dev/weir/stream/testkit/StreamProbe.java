package dev.weir.stream.testkit;

import dev.weir.runtime.SteppedRuntime;
import dev.weir.stream.AsyncStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;

/**
 * A subscriber that requests by hand and says, step by step, what it expects. A step that finds something else throws an
 * {@link AssertionError} that says what came instead; so does every step after the publisher has broken a rule of
 * Reactive Streams, with the rule's number.
 *
 * <p>On a {@link SteppedRuntime}, such as a current-thread runtime with a paused clock or a simulation, each step runs
 * whatever can run and then knows for certain that nothing more comes; time passes in {@link #thenAwait} and {@link
 * #expectNoEvent(Duration)} only. Elsewhere a step waits for other threads, {@value #PATIENCE_SECONDS} seconds at most
 * unless told otherwise.
 *
 * <p>For one thread. Every method returns the probe.
 *
 * @param <T> the type of the items
 */
public final class StreamProbe<T> {
    private static final int PATIENCE_SECONDS = 10;

    private final Recorder<T> recorder = new Recorder<>();
    private final @Nullable SteppedRuntime runtime;
    private Duration patience = Duration.ofSeconds(PATIENCE_SECONDS);

    private StreamProbe(@Nullable SteppedRuntime runtime) {
        this.runtime = runtime;
    }

    /** Subscribes to a publisher that runs on threads of its own; nothing is requested yet. */
    public static <T> StreamProbe<T> of(Publisher<T> publisher) {
        return new StreamProbe<T>(null).subscribeTo(publisher);
    }

    /** Subscribes to a publisher that runs on this runtime; nothing is requested yet. */
    public static <T> StreamProbe<T> of(Publisher<T> publisher, SteppedRuntime runtime) {
        return new StreamProbe<T>(Objects.requireNonNull(runtime, "runtime")).subscribeTo(publisher);
    }

    /** Runs a stream on this runtime and subscribes to it; nothing is requested yet. */
    public static <T> StreamProbe<T> of(AsyncStream<T> stream, SteppedRuntime runtime) {
        return of((Publisher<T>) stream.on(runtime), runtime);
    }

    private StreamProbe<T> subscribeTo(Publisher<T> publisher) {
        publisher.subscribe(recorder);
        return this;
    }

    /** Sets how long a step waits for other threads. */
    public StreamProbe<T> patience(Duration atMost) {
        patience = Objects.requireNonNull(atMost, "atMost");
        return this;
    }

    /** Requests so many items more; a number that is not positive is passed on as it is. */
    public StreamProbe<T> request(long n) {
        recorder.request(subscription(), n);
        return this;
    }

    /** Cancels the subscription. */
    public StreamProbe<T> cancel() {
        subscription().cancel();
        return this;
    }

    /** Expects these items next, in this order. */
    @SafeVarargs
    public final StreamProbe<T> expectNext(T... items) {
        for (T item : items) {
            Recorder.Signal<T> signal = next("item " + item);
            if (!(signal instanceof Recorder.Next<T> next) || !next.item().equals(item)) {
                throw unexpected("item " + item, signal);
            }
        }
        return this;
    }

    /** Expects an item that satisfies a condition. */
    public StreamProbe<T> expectNextMatching(Predicate<? super T> condition) {
        Recorder.Signal<T> signal = next("an item");
        if (!(signal instanceof Recorder.Next<T> next) || !condition.test(next.item())) {
            throw unexpected("an item that satisfies the condition", signal);
        }
        return this;
    }

    /** Expects so many items, whatever they are. */
    public StreamProbe<T> expectNextCount(long count) {
        for (long i = 0; i < count; i++) {
            consumeNext(item -> {});
        }
        return this;
    }

    /** Expects an item and hands it to assertions of one's own. */
    public StreamProbe<T> consumeNext(Consumer<? super T> assertions) {
        Recorder.Signal<T> signal = next("an item");
        if (!(signal instanceof Recorder.Next<T> next)) {
            throw unexpected("an item", signal);
        }
        assertions.accept(next.item());
        return this;
    }

    /** Expects the regular end. */
    public StreamProbe<T> expectComplete() {
        Recorder.Signal<T> signal = next("completion");
        if (!(signal instanceof Recorder.Complete<T>)) {
            throw unexpected("completion", signal);
        }
        return this;
    }

    /** Expects a failure of this type. */
    public StreamProbe<T> expectError(Class<? extends Throwable> type) {
        return expectError(thrown -> {
            if (!type.isInstance(thrown)) {
                throw unexpected("a failure of " + type.getName(), new Recorder.Failed<>(thrown));
            }
        });
    }

    /** Expects a failure and hands it to assertions of one's own. */
    public StreamProbe<T> expectError(Consumer<? super Throwable> assertions) {
        Recorder.Signal<T> signal = next("a failure");
        if (!(signal instanceof Recorder.Failed<T> failed)) {
            throw unexpected("a failure", signal);
        }
        assertions.accept(failed.thrown());
        return this;
    }

    /**
     * Expects that nothing comes, unless time passes.
     *
     * @throws IllegalStateException without a stepped runtime, where only a duration makes sense
     */
    public StreamProbe<T> expectNoEvent() {
        requireRuntime("expectNoEvent()").runUntilIdle();
        return requireNone("no event");
    }

    /** Lets this much time pass, or waits for it where threads are others' business, and expects that nothing comes. */
    public StreamProbe<T> expectNoEvent(Duration duration) {
        if (runtime != null) {
            runtime.elapse(duration);
            return requireNone("no event within " + duration);
        }
        Recorder.Signal<T> signal = poll(duration);
        requireRulesKept();
        if (signal != null) {
            throw unexpected("no event within " + duration, signal);
        }
        return this;
    }

    private StreamProbe<T> requireNone(String expected) {
        requireRulesKept();
        Recorder.Signal<T> signal = recorder.signals.poll();
        if (signal != null) {
            throw unexpected(expected, signal);
        }
        return this;
    }

    /**
     * Lets time pass, from timer to timer; what comes meanwhile is kept for the next steps.
     *
     * @throws IllegalStateException without a stepped runtime
     */
    public StreamProbe<T> thenAwait(Duration duration) {
        requireRuntime("thenAwait").elapse(duration);
        return this;
    }

    /** Does something at this point. */
    public StreamProbe<T> then(Runnable action) {
        action.run();
        return this;
    }

    private Subscription subscription() {
        Subscription subscription = recorder.subscription();
        if (subscription == null) {
            await();
            subscription = recorder.subscription();
        }
        requireRulesKept();
        if (subscription == null) {
            throw new AssertionError("§1.9: onSubscribe has not been called");
        }
        return subscription;
    }

    private void await() {
        if (runtime != null) {
            runtime.runUntilIdle();
            return;
        }
        try {
            if (!recorder.subscribed().await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("§1.9: onSubscribe has not been called within " + patience);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Recorder.Signal<T> next(String expected) {
        Recorder.Signal<T> signal = recorder.signals.poll();
        if (signal == null) {
            requireRulesKept(); // nobody waits for a signal that a broken rule has swallowed
            if (runtime != null) {
                runtime.runUntilIdle();
                signal = recorder.signals.poll();
            } else {
                signal = poll(patience);
            }
        }
        requireRulesKept();
        if (signal == null) {
            throw new AssertionError("expected " + expected + ", but nothing came: " + why());
        }
        return signal;
    }

    private String why() {
        String demand = recorder.demand() == 0
                ? "no item is requested that has not come"
                : recorder.demand() + " items are requested";
        if (runtime == null) {
            return demand + ", and " + patience + " are over";
        }
        long ahead = runtime.nanosUntilNextTimer();
        return demand + ", and nothing can run"
                + (ahead == Long.MAX_VALUE
                        ? ""
                        : " before a timer in " + Duration.ofNanos(ahead) + " or more: thenAwait lets time pass");
    }

    private Recorder.@Nullable Signal<T> poll(Duration atMost) {
        try {
            return recorder.signals.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted while waiting for a signal", e);
    }

    private void requireRulesKept() {
        if (!recorder.breaches().isEmpty()) {
            throw new AssertionError("the publisher broke " + recorder.breaches());
        }
    }

    private AssertionError unexpected(String expected, Recorder.Signal<T> signal) {
        AssertionError error = new AssertionError(
                "expected " + expected + ", but got " + signal + " (items so far: " + recorder.received() + ")");
        if (signal instanceof Recorder.Failed<T> failed) {
            error.initCause(failed.thrown());
        }
        return error;
    }

    private SteppedRuntime requireRuntime(String step) {
        if (runtime == null) {
            throw new IllegalStateException(step + " needs a probe on a SteppedRuntime");
        }
        return runtime;
    }
}
