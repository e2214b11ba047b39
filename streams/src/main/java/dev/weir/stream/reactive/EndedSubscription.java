package dev.weir.stream.reactive;

import dev.weir.stream.op.Failures;
import java.util.Objects;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** The subscription of those who get nothing: it has ended before it began, so both calls do nothing (§3.6, §3.7). */
enum EndedSubscription implements Subscription {
    INSTANCE;

    /** Turns a subscriber away as §1.9 demands: first a subscription, then the reason. Never throws. */
    static void refuse(Subscriber<?> subscriber, Throwable reason) {
        Objects.requireNonNull(reason, "reason");
        try {
            subscriber.onSubscribe(INSTANCE);
            subscriber.onError(reason);
        } catch (Throwable thrown) { // §2.13: it may not, and §1.9: subscribe returns normally
            Failures.suppressIn(thrown, reason);
            Undeliverable.report(thrown);
        }
    }

    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
}
