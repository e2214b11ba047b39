package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import java.util.Objects;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The subscriber that writes to a sink, such as a socket. It asks the sink for room first and the publisher for an item
 * then, so with the default prefetch of 1 there is never an item in hand that the sink has no place for.
 *
 * <p>Its task is spawned with it and ends with the transfer: finished when the publisher has completed and the sink has
 * taken and finished everything; failed when either failed. Whatever fails or is cancelled closes both sides. To be
 * subscribed once; the signals may come from any thread.
 *
 * @param <T> the type of the items
 */
public final class SinkSubscriber<T> implements Subscriber<T> {
    /** Items to request in advance unless told otherwise: none that the sink has not asked for. */
    public static final int DEFAULT_PREFETCH = 1;

    private final Inbox<T> inbox;
    private final JoinHandle<Long> transfer;

    /** Creates a subscriber with the {@linkplain #DEFAULT_PREFETCH default prefetch}. */
    public SinkSubscriber(Sink<? super T> sink, TaskRuntime runtime) {
        this(sink, runtime, DEFAULT_PREFETCH);
    }

    /**
     * Creates a subscriber and spawns its task.
     *
     * @param sink closed by the task; at once if the runtime has been shut down
     * @param prefetch the most that is requested and not yet written, from 1 to 2^30
     */
    public SinkSubscriber(Sink<? super T> sink, TaskRuntime runtime, int prefetch) {
        inbox = new Inbox<>(PublisherSource.requirePrefetch(prefetch), false);
        Objects.requireNonNull(sink, "sink");
        transfer = Objects.requireNonNull(runtime, "runtime")
                .spawn(new Transfer(sink.drain(new PublisherSource<>(inbox))));
    }

    /**
     * Returns the handle of the transfer, whose result is the number of items moved. Cancelling it cancels the
     * publisher and closes the sink.
     */
    public JoinHandle<Long> transfer() {
        return transfer;
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
    }

    @Override
    public void onComplete() {
        inbox.onComplete();
    }

    /** Hears of the end from its first poll on: before the sink has room nobody polls the source, which would see to it. */
    private final class Transfer implements Pollable<Long> {
        private final Pollable<Long> drain;

        Transfer(Pollable<Long> drain) {
            this.drain = drain;
        }

        @Override
        public Poll<Long> poll(Context cx) throws Exception {
            inbox.awaitEnd(cx.waker()); // S2: and then the drain looks
            return drain.poll(cx);
        }

        @Override
        public void close() {
            drain.close();
        }
    }
}
