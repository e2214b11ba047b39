package dev.weir.stream.reactive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * No signal slips between the last look of a poll and its rest, in any interleaving of two threads: either the poll saw
 * it or its waker was woken (S2, T2). (JUnit's assertions, as Lincheck cannot look into AssertJ's.)
 */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BorderLincheckTest {
    private static final int INTERLEAVINGS = 500;

    private static Context contextWokenBy(AtomicInteger wakes) {
        Host host = new Host() {
            @Override
            public <S> S service(Class<S> type) {
                return null;
            }
        };
        return new Context(host, 100).withWaker(wakes::incrementAndGet);
    }

    @Test
    void anItemIsSeenOrWakes() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            AtomicInteger wakes = new AtomicInteger();
            Context cx = contextWokenBy(wakes);
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            PublisherSource<Integer> source = new PublisherSource<>(publisher, 2);
            assertNull(poll(source, cx));
            Thread upstream = new Thread(() -> publisher.subscriber.onNext(1));
            upstream.start();
            Integer first = poll(source, cx);
            join(upstream);
            assertTrue(first != null || wakes.get() > 0, "the item was neither seen nor did it wake");
            assertEquals(1, first != null ? first : poll(source, cx));
        });
    }

    @Test
    void anEndIsSeenOrWakes() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            AtomicInteger wakes = new AtomicInteger();
            Context cx = contextWokenBy(wakes);
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            PublisherSource<Integer> source = new PublisherSource<>(publisher, 2);
            Thread upstream = new Thread(() -> {
                while (publisher.subscriber == null) {
                    Thread.onSpinWait();
                }
                publisher.subscriber.onComplete();
            });
            upstream.start();
            assertNull(poll(source, cx));
            boolean seen = source.isDone();
            join(upstream);
            assertTrue(seen || wakes.get() > 0, "the end was neither seen nor did it wake");
            assertTrue(source.isDone());
        });
    }

    @Test
    void aRequestIsServedOrWakes() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            AtomicInteger wakes = new AtomicInteger();
            Context cx = contextWokenBy(wakes);
            Listener listener = new Listener();
            SourceSubscription<Integer> subscription = new SourceSubscription<>(Items.endless(), listener, 10);
            assertTrue(subscription.poll(cx).isPending());
            Thread downstream = new Thread(() -> subscription.request(1));
            downstream.start();
            assertTrue(subscription.poll(cx).isPending());
            int served = listener.items.size();
            join(downstream);
            assertTrue(served == 1 || wakes.get() > 0, "the request was neither served nor did it wake");
            assertTrue(subscription.poll(cx).isPending());
            assertEquals(1, listener.items.size());
        });
    }

    @Test
    void aCancelIsObeyedOrWakes() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            AtomicInteger wakes = new AtomicInteger();
            Context cx = contextWokenBy(wakes);
            Listener listener = new Listener();
            SourceSubscription<Integer> subscription = new SourceSubscription<>(Items.endless(), listener, 10);
            assertTrue(subscription.poll(cx).isPending());
            Thread downstream = new Thread(subscription::cancel);
            downstream.start();
            Poll<Void> answer = subscription.poll(cx);
            join(downstream);
            assertTrue(answer.isReady() || wakes.get() > 0, "the cancel was neither obeyed nor did it wake");
            assertTrue(answer.isReady() || subscription.poll(cx).isReady());
        });
    }

    private static <T> T poll(Source<T> source, Context cx) {
        try {
            return source.poll(cx);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Listener implements Subscriber<Integer> {
        final List<Integer> items = new ArrayList<>();

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(Integer item) {
            items.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {}
    }
}
