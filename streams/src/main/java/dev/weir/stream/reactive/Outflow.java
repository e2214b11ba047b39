package dev.weir.stream.reactive;

import dev.weir.stream.copy.Movable;
import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;

/**
 * The loop of a subscription, from its source to the subscriber: apart from the subscription, of which others know, so
 * that a hot one can be moved to classes of its own. A poll emits as many items as the subscription has {@linkplain
 * SourceSubscription#left left}, and returns the last of them, or null where the source has nothing for now.
 */
final class Outflow<T> implements Source<T>, Movable {
    private final Source<? extends T> source;
    private final Subscriber<? super T> subscriber;
    private final SourceSubscription<T> subscription;

    Outflow(Source<? extends T> source, Subscriber<? super T> subscriber, SourceSubscription<T> subscription) {
        this.source = source;
        this.subscriber = subscriber;
        this.subscription = subscription;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        long left = subscription.left;
        try {
            while (true) {
                T item = source.poll(cx);
                if (item == null) {
                    return null;
                }
                if (left == 0) {
                    throw new IllegalStateException("law S3: a source that said it was done has yielded an item");
                }
                left--;
                try {
                    subscriber.onNext(item);
                } catch (Throwable thrown) {
                    subscription.refuse(thrown);
                    return item;
                }
                if (left == 0 || subscription.isStopping() || !cx.mayGoOn()) {
                    return item;
                }
            }
        } finally {
            subscription.left = left;
        }
    }

    @Override
    public boolean isDone() {
        return source.isDone();
    }

    @Override
    public void close() {
        source.close();
    }
}
