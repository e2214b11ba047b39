package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/**
 * Publishes sources: each subscriber gets a source and a task of its own, so the publisher is cold and serves any
 * number of subscribers at once. May be used from any thread.
 *
 * <p>The subscriber is called by its task only, serially and on the threads of the runtime; an item costs one poll of
 * the source, made when it has been requested and not before. A subscriber that throws counts as having cancelled, and
 * what it threw goes to the runtime's handler of undeliverable errors. When the runtime shuts down a subscriber that
 * still listens receives a {@link java.util.concurrent.CancellationException}.
 *
 * @param <T> the type of the items
 */
public final class SourcePublisher<T> implements Publisher<T> {
    private final Supplier<? extends Source<? extends T>> open;
    private final Supplier<? extends TaskRuntime> runtime;
    private final int batch;

    /** Creates a publisher that emits at most {@link Budget#DEFAULT} items in a poll. */
    public SourcePublisher(Supplier<? extends Source<? extends T>> open, Supplier<? extends TaskRuntime> runtime) {
        this(open, runtime, Budget.DEFAULT);
    }

    /**
     * Creates a publisher.
     *
     * @param open makes a fresh source, on the subscriber's thread; what it throws goes to {@code onError}
     * @param runtime tells who runs the task; asked once a subscriber, on its thread
     * @param batch the most items emitted in one poll, at least 1; the runtime's budget applies as well
     */
    public SourcePublisher(
            Supplier<? extends Source<? extends T>> open, Supplier<? extends TaskRuntime> runtime, int batch) {
        this.open = Objects.requireNonNull(open, "open");
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.batch = requireBatch(batch);
    }

    static int requireBatch(int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, was " + batch);
        }
        return batch;
    }

    /** Subscribes; all signals come from the task. Throws nothing but the exception for a null subscriber. */
    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        subscribe(subscriber, SourceSubscription::start);
    }

    /**
     * As {@link #subscribe(Subscriber)}, but the task is polled by whoever wakes it, before the wake returns: by the
     * caller of this, of {@code request} and of {@code cancel}. The runtime only lends its services.
     */
    public void subscribeHere(Subscriber<? super T> subscriber) {
        subscribe(subscriber, SourceSubscription::startHere);
    }

    private void subscribe(Subscriber<? super T> subscriber, BiConsumer<SourceSubscription<T>, TaskRuntime> start) {
        Objects.requireNonNull(subscriber, "subscriber (§1.9)");
        try {
            TaskRuntime host = Objects.requireNonNull(runtime.get(), "the runtime of a publisher");
            Source<? extends T> source = Objects.requireNonNull(open.get(), "the source of a publisher");
            start.accept(new SourceSubscription<T>(source, subscriber, batch), host);
        } catch (Throwable thrown) {
            EndedSubscription.refuse(subscriber, thrown); // §1.4, §1.9
        }
    }
}
