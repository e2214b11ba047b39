package dev.weir.tck;

import static org.testng.Assert.assertTrue;

import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.testng.Assert.ThrowingRunnable;

/**
 * Rule §3.13 for busy machines. After its one collection the TCK gives the JVM a tenth of a second, which cannot be
 * changed, to tell of it; while other suites collect as well that fails although nothing refers to the subscriber. Where
 * the official test has failed this one decides: it does the same, and collects until the time is over. One suite at a
 * time does: if all collected at once, nothing but the collector would run.
 */
final class References {
    private static final long PAUSE = 100;
    private static final ReentrantLock COLLECTING = new ReentrantLock();

    private References() {}

    /** Runs the test of the TCK; where it has failed, a publisher decides that drops its references late. */
    static void orLate(Supplier<Publisher<Object>> publisher, ThrowingRunnable test) throws Throwable {
        try {
            test.run();
        } catch (AssertionError perhapsTooSlow) {
            expectDropped(publisher.get(), TckEnvironments.PATIENCE);
        }
    }

    static void expectDropped(Publisher<Object> publisher, long millis) throws InterruptedException {
        WeakReference<Listener> subscriber = cancelled(publisher, millis);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (subscriber.get() != null && System.nanoTime() < deadline) {
            collect(subscriber);
        }
        assertTrue(subscriber.get() == null, publisher + " still refers to a subscriber that has cancelled (§3.13)");
    }

    private static void collect(WeakReference<?> unlessCleared) throws InterruptedException {
        COLLECTING.lock();
        try {
            if (unlessCleared.get() != null) { // a collection of another has not cleared it
                System.gc();
                Thread.sleep(PAUSE);
            }
        } finally {
            COLLECTING.unlock();
        }
    }

    private static WeakReference<Listener> cancelled(Publisher<Object> publisher, long millis)
            throws InterruptedException {
        Listener listener = new Listener();
        publisher.subscribe(listener);
        assertTrue(listener.heard.await(millis, TimeUnit.MILLISECONDS), "no item came");
        return new WeakReference<>(listener);
    }

    /** Takes one item and cancels. */
    private static final class Listener implements Subscriber<Object> {
        private final CountDownLatch heard = new CountDownLatch(1);
        private volatile Subscription subscription;

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(Object item) {
            subscription.cancel();
            heard.countDown();
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
