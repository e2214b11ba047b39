package dev.weir.stream.testkit;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A publisher that emits what the test tells it to, on the thread of the test, and keeps the rules unless told to break
 * some: for the tests of those who write subscribers. One subscriber at a time.
 *
 * <p>Without its {@link Breach}, a call that would break a rule is refused with an {@link IllegalStateException}, as it
 * would be the test that is wrong; after a cancel nothing is emitted. Demand that is not positive it answers with a failure
 * (§3.9), on the thread that asked or, in the midst of a signal, after that. Its counts may be read from any thread.
 *
 * @param <T> the type of the items
 */
public final class ScriptedPublisher<T> implements Publisher<T> {
    /** A rule to break, by its number in the specification. */
    public enum Breach {
        /** §1.1: items may be emitted that were not requested. */
        BEYOND_DEMAND,
        /** §1.3: {@link #nextAtOnce} may be called, which signals from two threads at a time. */
        CONCURRENT_SIGNALS,
        /** §1.7: anything may be emitted after the end. */
        AFTER_THE_END,
        /** §1.8: a cancel is counted and otherwise ignored. */
        IGNORED_CANCEL,
        /** §1.9: {@code onSubscribe} is not called by {@code subscribe}, but by {@link #handOver()}. */
        LATE_SUBSCRIPTION,
        /** §1.9: {@code subscribe} throws. */
        THROWING_SUBSCRIBE,
        /** §2.12: {@code onSubscribe} is called twice. */
        SECOND_SUBSCRIPTION,
        /** §2.13: {@link #nextNull} may be called. */
        NULL_ITEM,
        /** §3.15: {@code cancel} throws. */
        THROWING_CANCEL,
        /** §3.16: {@code request} throws. */
        THROWING_REQUEST
    }

    /** What a publisher throws that breaks a rule by throwing. */
    public static final class BreachException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BreachException(String message) {
            super(message);
        }
    }

    private final Set<Breach> breaches;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger cancels = new AtomicInteger();
    private final AtomicInteger secondCancels = new AtomicInteger();
    private final AtomicLong emitted = new AtomicLong();
    private volatile @Nullable Subscriber<? super T> subscriber;
    /** Signals under way, and requests that look for the last time whether there are none. */
    private final AtomicInteger busy = new AtomicInteger();
    /** Of §3.9, by the subscriber, to be told when no signal is under way. */
    private final AtomicReference<@Nullable Throwable> illegal = new AtomicReference<>();

    private volatile boolean ended;

    private ScriptedPublisher(Set<Breach> breaches) {
        this.breaches = breaches;
    }

    /** Creates a publisher that keeps the rules. */
    public static <T> ScriptedPublisher<T> create() {
        return new ScriptedPublisher<>(EnumSet.noneOf(Breach.class));
    }

    /** Creates a publisher that breaks these rules and keeps the others. */
    public static <T> ScriptedPublisher<T> breaking(Breach first, Breach... others) {
        return new ScriptedPublisher<>(EnumSet.of(first, others));
    }

    @Override
    public void subscribe(Subscriber<? super T> s) {
        Objects.requireNonNull(s, "subscriber (§1.9)");
        if (breaks(Breach.THROWING_SUBSCRIBE)) {
            throw new BreachException("§1.9: subscribe throws");
        }
        if (subscriber != null) {
            throw new IllegalStateException("this publisher has its subscriber: make another for another");
        }
        subscriber = s;
        if (!breaks(Breach.LATE_SUBSCRIPTION)) {
            handOver();
        }
    }

    /** Calls {@code onSubscribe}, if {@code subscribe} has not. */
    public void handOver() {
        signal(to -> to.onSubscribe(new Link(cancels)));
        if (breaks(Breach.SECOND_SUBSCRIPTION)) {
            signal(to -> to.onSubscribe(new Link(secondCancels)));
        }
    }

    /**
     * Emits these items.
     *
     * @throws IllegalStateException if they were not requested, and may not be emitted without
     */
    @SafeVarargs
    public final ScriptedPublisher<T> next(T... items) {
        for (T item : items) {
            Objects.requireNonNull(item, "item: null needs nextNull()");
            if (mayEmit("next")) {
                takeDemand();
                signal(to -> to.onNext(item));
            }
        }
        return this;
    }

    /** Emits null. Needs {@link Breach#NULL_ITEM}. */
    @SuppressWarnings("NullAway") // the breach itself
    public ScriptedPublisher<T> nextNull() {
        require(Breach.NULL_ITEM, "nextNull");
        if (mayEmit("nextNull")) {
            signal(to -> to.onNext(null));
        }
        return this;
    }

    /**
     * Emits two items at a time, from this thread and another, and returns when both have been taken. Needs {@link
     * Breach#CONCURRENT_SIGNALS}.
     */
    public ScriptedPublisher<T> nextAtOnce(T one, T other) {
        require(Breach.CONCURRENT_SIGNALS, "nextAtOnce");
        if (!mayEmit("nextAtOnce")) {
            return this;
        }
        takeDemand();
        takeDemand();
        CyclicBarrier start = new CyclicBarrier(2);
        Thread second = new Thread(() -> signal(to -> emitFrom(start, to, other)), "a second signal");
        second.start();
        signal(to -> emitFrom(start, to, one));
        try {
            second.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return this;
    }

    private static <T> void emitFrom(CyclicBarrier start, Subscriber<? super T> to, T item) {
        try {
            start.await();
            to.onNext(item);
        } catch (BrokenBarrierException | InterruptedException e) {
            throw new IllegalStateException("the other signal has not come", e);
        }
    }

    /** Emits the regular end. */
    public ScriptedPublisher<T> complete() {
        if (mayEmit("complete")) {
            ended = true;
            signal(Subscriber::onComplete);
        }
        return this;
    }

    /** Emits a failure. */
    public ScriptedPublisher<T> error(Throwable thrown) {
        Objects.requireNonNull(thrown, "thrown");
        if (mayEmit("error")) {
            ended = true;
            signal(to -> to.onError(thrown));
        }
        return this;
    }

    private void signal(Consumer<Subscriber<? super T>> one) {
        busy.incrementAndGet();
        try {
            one.accept(requireSubscriber());
        } finally {
            leave();
        }
    }

    private void leave() {
        if (busy.decrementAndGet() == 0) {
            Throwable failure = illegal.getAndSet(null);
            if (failure != null && !ended) {
                error(failure);
            }
        }
    }

    /** False after a cancel that counts: then nothing is emitted. */
    private boolean mayEmit(String call) {
        requireSubscriber();
        if (ended && !breaks(Breach.AFTER_THE_END)) {
            throw new IllegalStateException(call + " after the end needs " + Breach.AFTER_THE_END);
        }
        return cancels.get() == 0 || breaks(Breach.IGNORED_CANCEL);
    }

    private void takeDemand() {
        if (emitted.incrementAndGet() > requested.get() && !breaks(Breach.BEYOND_DEMAND)) {
            emitted.decrementAndGet();
            throw new IllegalStateException(
                    "only " + requested + " items were requested: more need " + Breach.BEYOND_DEMAND);
        }
    }

    private void require(Breach breach, String call) {
        if (!breaks(breach)) {
            throw new IllegalStateException(call + " needs " + breach);
        }
    }

    private boolean breaks(Breach breach) {
        return breaches.contains(breach);
    }

    private Subscriber<? super T> requireSubscriber() {
        Subscriber<? super T> to = subscriber;
        if (to == null) {
            throw new IllegalStateException("nobody has subscribed");
        }
        return to;
    }

    /** Returns how many items were requested in all; what is requested after a cancel does not count (§3.6). */
    public long requested() {
        return requested.get();
    }

    /** Returns how often {@code request} was called. */
    public int requests() {
        return requests.get();
    }

    /** Returns how many of the requested items were not emitted yet. */
    public long demand() {
        return Math.max(0, requested.get() - emitted.get());
    }

    /** Tells whether the subscription was cancelled. */
    public boolean isCancelled() {
        return cancels.get() > 0;
    }

    /** Tells whether the subscription too many was cancelled, as §2.5 demands. */
    public boolean isSecondCancelled() {
        return secondCancels.get() > 0;
    }

    /** Tells whether somebody has subscribed. */
    public boolean hasSubscriber() {
        return subscriber != null;
    }

    @Override
    public String toString() {
        return "ScriptedPublisher" + breaches;
    }

    private final class Link implements Subscription {
        private final AtomicInteger cancelled;

        Link(AtomicInteger cancelled) {
            this.cancelled = cancelled;
        }

        @Override
        public void request(long n) {
            requests.incrementAndGet();
            if (n <= 0) {
                illegal.set(new IllegalArgumentException("request(" + n + "): demand must be positive (§3.9)"));
                busy.incrementAndGet();
                leave();
            } else if (cancelled.get() == 0 || breaks(Breach.IGNORED_CANCEL)) {
                requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            }
            if (breaks(Breach.THROWING_REQUEST)) {
                throw new BreachException("§3.16: request throws");
            }
        }

        @Override
        public void cancel() {
            cancelled.incrementAndGet();
            if (breaks(Breach.THROWING_CANCEL)) {
                throw new BreachException("§3.15: cancel throws");
            }
        }
    }
}
