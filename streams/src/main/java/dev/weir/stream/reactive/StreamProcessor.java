package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Processor;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A transformation of sources between an upstream that pushes and one subscriber. The two may come in any order.
 *
 * <p>Demand goes through: nothing is requested from the upstream before the subscriber has asked for something. Items
 * are handed on in order; a failure of the upstream overtakes items that wait for demand (§4.2). A second subscriber is
 * refused with an {@link IllegalStateException}, as the items can go to one only (§1.11). Signals may come from any
 * thread; the transformation runs in the subscriber's task.
 *
 * <pre>
 * event \ downstream    none              subscribed
 * subscribe             *spawn*           refuse the newcomer
 * upstream ends         kept              kept, wake the task
 * </pre>
 *
 * @param <T> the type of the items that come in
 * @param <R> the type of the items that go out
 */
public final class StreamProcessor<T, R> implements Processor<T, R> {
    private final Inbox<T> inbox;
    private final Function<? super Source<T>, ? extends Source<R>> transformation;
    private final Supplier<? extends TaskRuntime> runtime;
    private final int batch;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile @Nullable SourceSubscription<R> downstream;

    /** Creates a processor with the default prefetch and batch. */
    public StreamProcessor(
            Function<? super Source<T>, ? extends Source<R>> transformation, Supplier<? extends TaskRuntime> runtime) {
        this(transformation, runtime, PublisherSource.DEFAULT_PREFETCH, Budget.DEFAULT);
    }

    /**
     * Creates a processor.
     *
     * @param transformation makes the outgoing source of the incoming one, which it owns and closes; called once, on
     *     the subscriber's thread
     * @param runtime tells who runs the task; asked once, on the subscriber's thread
     * @param prefetch the most that is requested from the upstream and not yet taken, from 1 to 2^30
     * @param batch the most items emitted in one poll, at least 1
     */
    public StreamProcessor(
            Function<? super Source<T>, ? extends Source<R>> transformation,
            Supplier<? extends TaskRuntime> runtime,
            int prefetch,
            int batch) {
        this.inbox = new Inbox<>(PublisherSource.requirePrefetch(prefetch), true);
        this.transformation = Objects.requireNonNull(transformation, "transformation");
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.batch = SourcePublisher.requireBatch(batch);
    }

    /** Returns a processor that hands on what it receives. */
    public static <T> StreamProcessor<T, T> identity(Supplier<? extends TaskRuntime> runtime) {
        return new StreamProcessor<>(source -> source, runtime);
    }

    @Override
    public void subscribe(Subscriber<? super R> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber (§1.9)");
        if (!taken.compareAndSet(false, true)) {
            EndedSubscription.refuse(
                    subscriber, new IllegalStateException("a StreamProcessor serves one subscriber (§1.11)"));
            return;
        }
        PublisherSource<T> incoming = new PublisherSource<>(inbox);
        try {
            TaskRuntime host = Objects.requireNonNull(runtime.get(), "the runtime of a processor");
            Source<R> outgoing = Objects.requireNonNull(transformation.apply(incoming), "the transformed source");
            SourceSubscription<R> subscription = new SourceSubscription<>(outgoing, subscriber, batch);
            downstream = subscription; // before the first poll, which sees an end that came before
            subscription.start(host);
        } catch (Throwable thrown) {
            incoming.close(); // a second time perhaps, which an inbox does not mind
            EndedSubscription.refuse(subscriber, thrown);
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        inbox.onSubscribe(subscription);
    }

    @Override
    public void onNext(T item) {
        inbox.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
        inbox.onError(failure);
        wakeDownstream();
    }

    @Override
    public void onComplete() {
        inbox.onComplete();
        wakeDownstream();
    }

    /** Without demand the source was never polled and knows no waker, but its end is wanted (P4). */
    private void wakeDownstream() {
        SourceSubscription<R> subscription = downstream;
        if (subscription != null) {
            subscription.wake();
        }
    }
}
