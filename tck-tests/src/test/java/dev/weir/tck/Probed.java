package dev.weir.tck;

import dev.weir.tck.SubscriberCase.Subject;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;

/** Tells a probe what the subscriber under test has been told, and the subscriber's task what the probe wants. */
final class Probed implements Subscriber<ByteBuffer>, SubscriberPuppet {
    private final Subject subject;
    private final WhiteboxSubscriberProbe<ByteBuffer> probe;
    private @Nullable Subscription first;

    Probed(Subject subject, WhiteboxSubscriberProbe<ByteBuffer> probe) {
        this.subject = subject;
        this.probe = probe;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subject.subscriber().onSubscribe(subscription);
        if (first == null) { // a second one is refused by the subscriber (§2.5)
            first = subscription;
            probe.registerOnSubscribe(this);
        }
    }

    @Override
    public void onNext(ByteBuffer item) {
        subject.subscriber().onNext(item);
        probe.registerOnNext(item);
    }

    @Override
    public void onError(Throwable failure) {
        subject.subscriber().onError(failure);
        probe.registerOnError(failure);
    }

    @Override
    public void onComplete() {
        subject.subscriber().onComplete();
        probe.registerOnComplete();
    }

    @Override
    public void triggerRequest(long n) {
        subject.valve().open(n);
    }

    @Override
    public void signalCancel() {
        subject.transfer().cancel();
    }
}
