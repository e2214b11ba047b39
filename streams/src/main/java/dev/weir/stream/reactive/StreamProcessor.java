package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Processor;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A transformation of sources between an upstream that pushes and any number of subscribers. The two sides may come in
 * any order. The upstream and the transformation run once, for all: a subscriber receives the items that were pulled
 * after it has subscribed.
 *
 * <p>Demand goes through: an item is pulled when a subscriber has asked for it and has received all before it, and not
 * earlier; if that subscriber leaves meanwhile, the item is still taken, for the others. What some have not asked for yet is kept for them in one buffer; when it is full, the slowest subscriber holds
 * the others back, and is never more than the buffer behind them. One who cancels, or throws, holds nobody back.
 *
 * <p>Each subscriber receives the items in order, then one end. Completion comes after the items; a failure of the
 * upstream overtakes those that wait for demand (§4.2). When the last subscriber cancels, the upstream is cancelled and
 * the processor has ended. Who subscribes after an end receives just that: the completion, the failure, or an
 * {@link IllegalStateException} if all had cancelled.
 *
 * <p>Signals may come from any thread. The transformation runs in a task of its own, each subscriber is called by
 * another.
 *
 * <pre>
 * event \ state         NEW                         RUNNING              ENDED
 * subscribe             RUNNING, *spawn both*       *spawn subscriber*   *spawn subscriber*, which gets the end
 * upstream ends         kept                        *wake the pump*      -
 * last one cancels      -                           ENDED, *cancel*      -
 * the pump ends         -                           ENDED                -
 * </pre>
 *
 * @param <T> the type of the items that come in
 * @param <R> the type of the items that go out
 */
public final class StreamProcessor<T, R> implements Processor<T, R> {
    /** Items to keep for the slowest subscriber unless told otherwise. */
    public static final int DEFAULT_BUFFER = 16;

    private final Inbox<T> inbox;
    private final Multicast<R> subscribers;
    private final Pump<T, R> pump;
    private final Supplier<? extends TaskRuntime> runtime;
    private final int batch;
    private final AtomicBoolean started = new AtomicBoolean();

    /** Creates a processor with the default prefetch, batch and buffer. */
    public StreamProcessor(
            Function<? super Source<T>, ? extends Source<R>> transformation, Supplier<? extends TaskRuntime> runtime) {
        this(transformation, runtime, PublisherSource.DEFAULT_PREFETCH, Budget.DEFAULT, DEFAULT_BUFFER);
    }

    /**
     * Creates a processor.
     *
     * @param transformation makes the outgoing source of the incoming one, which it owns and closes; called once, in a
     *     task, after the first subscriber has come. What it throws goes to all subscribers
     * @param runtime tells who runs the task of a subscriber; asked once for each, on its thread. The first one's runs
     *     the transformation as well. If it throws, that subscriber alone is refused
     * @param prefetch the most that is requested from the upstream and not yet taken, from 1 to 2^30
     * @param batch the most items that a subscriber is given in one poll, at least 1
     * @param buffer the most items that are kept for the slowest subscriber, at least 1
     */
    public StreamProcessor(
            Function<? super Source<T>, ? extends Source<R>> transformation,
            Supplier<? extends TaskRuntime> runtime,
            int prefetch,
            int batch,
            int buffer) {
        this.inbox = new Inbox<>(PublisherSource.requirePrefetch(prefetch), true);
        this.subscribers = new Multicast<>(buffer, true);
        this.pump = new Pump<>(
                new PublisherSource<>(inbox), Objects.requireNonNull(transformation, "transformation"), subscribers);
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
        try {
            TaskRuntime host = Objects.requireNonNull(runtime.get(), "the runtime of a processor");
            if (started.compareAndSet(false, true)) {
                pump.start(host);
            }
            Outlet<R>.Cursor cursor = subscribers.attach();
            SourceSubscription<R> subscription = new SourceSubscription<>(cursor, subscriber, batch);
            cursor.onEnd(subscription::wake); // before the first poll, which sees an end that came before
            subscription.start(host);
        } catch (Throwable thrown) {
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
        subscribers.wakeProducer(); // as the source knows no waker before there was demand (P4)
    }

    @Override
    public void onComplete() {
        inbox.onComplete();
        subscribers.wakeProducer();
    }
}
