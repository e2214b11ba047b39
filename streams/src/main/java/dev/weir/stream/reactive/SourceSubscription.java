package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.copy.Copies;
import dev.weir.stream.op.Failures;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * What a subscriber holds and what its task runs: pulls from a source as long as there is demand.
 *
 * <pre>
 * event \ state       NEW                     LIVE                         ENDED (subscriber == null)
 * request(n), n &gt; 0   -                       add demand, wake             wakes nobody
 * request(n), n &lt;= 0  -                       note the breach, wake        wakes nobody
 * cancel              -                       note it, wake                wakes nobody
 * poll                LIVE, *onSubscribe*     see below                    ready
 * close (by task)     LIVE, *onSubscribe*,    ENDED, *onError*             -
 *                     ENDED, *onError*        unless cancelled
 *
 * a poll while LIVE, first that fits          then
 * cancelled                                   ENDED
 * breach of §3.9                              ENDED, *onError*
 * demand, source has an item                  *onNext*, again
 * source has completed                        ENDED, *onComplete*
 * source has failed                           ENDED, *onError*
 * batch or budget used up                     pending, woken
 * otherwise                                   pending
 *
 * a signal in * * that throws                 ENDED, reported as undeliverable
 * </pre>
 *
 * <p>{@code request} and {@code cancel} write {@link #demand}, {@link #cancelled} and {@link #breach}, from any thread;
 * all else belongs to the task. Hence the signals are serial (§1.3) and a request made inside {@code onNext} does not
 * recurse (§3.3).
 */
final class SourceSubscription<T> implements Subscription, Pollable<@Nullable Void> {
    private final Demand demand = new Demand();
    private final WakerCell task = new WakerCell();
    private volatile boolean cancelled;
    private volatile @Nullable IllegalArgumentException breach;

    private final int batch;
    /** Owns the source. */
    private @Nullable Source<T> outflow;

    private @Nullable Subscriber<? super T> subscriber;
    private boolean subscribed;
    /** Demand that was there at the last look, and how much of it has been used since. */
    private long granted;

    private long used;
    /** How many items the outflow may still emit before it returns. */
    long left;

    /** How many polls have used up their budget. */
    private int budgets;

    private @Nullable Throwable undeliverable;

    /**
     * Creates the subscription of a task that is about to be spawned.
     *
     * @param source closed by this
     * @param batch the most items that are emitted in one poll, at least 1
     */
    SourceSubscription(Source<? extends T> source, Subscriber<? super T> subscriber, int batch) {
        this.outflow = Copies.<Source<T>>ofNew(new Outflow<>(source, subscriber, this));
        this.subscriber = subscriber;
        this.batch = batch;
    }

    /**
     * Spawns the task. If the runtime throws the source is closed, and the subscriber is not called, unless the runtime
     * has made a task of this and ended it: then the subscriber has been told.
     */
    void start(TaskRuntime runtime) {
        try {
            runtime.spawn(this);
        } catch (Throwable thrown) {
            if (giveUp(thrown)) {
                throw thrown;
            }
        }
    }

    /** Makes the task, and polls it for the first time before this returns. Throws as {@link #start} does. */
    void startHere(TaskRuntime runtime) {
        try {
            Trampoline.start(this, runtime);
        } catch (Throwable thrown) {
            if (giveUp(thrown)) {
                throw thrown;
            }
        }
    }

    /** There is no task. False: there was one, which was closed. */
    private boolean giveUp(Throwable thrown) {
        if (subscriber == null) {
            Undeliverable.report(thrown);
            return false;
        }
        release();
        if (undeliverable != null) { // what the close has thrown
            Failures.suppressIn(thrown, undeliverable);
        }
        return true;
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else if (breach == null) { // made here, so that its trace shows who asked
            breach = new IllegalArgumentException("request(" + n + "): demand must be positive (§3.9, rule 3.9)");
        }
        task.wake();
    }

    @Override
    public void cancel() {
        cancelled = true;
        task.wake();
    }

    /** Makes the task look again; for an end of which the source can tell nobody, as it was never polled. */
    void wake() {
        task.wake();
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        if (task.isRegistered()) {
            task.clear(); // a request from inside onNext need not wake the task that looks anyway
        }
        subscribe();
        try {
            return look(cx);
        } catch (Throwable thrown) { // by an isDone, as none may: the subscriber hears of that, not of a shutdown
            if (subscriber == null) {
                throw thrown;
            }
            fail(thrown);
            return Poll.done();
        }
    }

    private Poll<@Nullable Void> look(Context cx) {
        int toSend = batch;
        while (!stop()) {
            boolean wanted = hasDemand(); // §1.1
            if (wanted && toSend < batch && !mayGoOn(cx, toSend)) {
                return pause(cx);
            }
            int most = wanted ? (int) Math.min(granted - used, toSend) : 0;
            left = most;
            boolean pulled = (wanted || opened().isDone()) && pull(cx); // P4: the end needs no demand
            used += most - left;
            toSend -= most - (int) left;
            if (!pulled) {
                task.register(cx.waker()); // and then one more look at all that a wake may have been about
                if (!isStopping() && (wanted || !(hasDemand() || opened().isDone()))) {
                    return pause(cx);
                }
            }
        }
        return Poll.done();
    }

    /** Nothing is in the midst of a poll. */
    private Poll<@Nullable Void> pause(Context cx) {
        if (cx.budget().isExhausted() && Copies.isDue(++budgets)) {
            outflow = Copies.ofHot(opened());
        }
        return Poll.pending();
    }

    /** T3: called by the task, at its end. If the stream has not ended by then, it was ended from outside. */
    @Override
    public void close() {
        subscribe();
        if (!stop()) {
            fail(new CancellationException("the stream was ended early by the shutdown of its runtime"));
        }
        Throwable thrown = undeliverable;
        if (thrown != null) {
            undeliverable = null;
            throw Undeliverable.<RuntimeException>sneak(thrown); // the task hands it to its runtime
        }
    }

    /** P1, §1.9: the first signal. */
    private void subscribe() {
        Subscriber<? super T> first = subscriber;
        if (first == null || subscribed) {
            return;
        }
        subscribed = true;
        try {
            first.onSubscribe(this);
        } catch (Throwable thrown) {
            refuse(thrown);
        }
    }

    /** Tells whether no item is to follow. */
    boolean isStopping() {
        return cancelled || breach != null;
    }

    /** Obeys a cancel or a breach. True: the stream has ended. */
    private boolean stop() {
        if (subscriber != null && isStopping()) {
            IllegalArgumentException illegal = breach;
            if (cancelled || illegal == null) {
                release(); // §1.8, §3.12
            } else {
                fail(illegal); // §3.9
            }
        }
        return subscriber == null;
    }

    /** Looks at the shared word only when the demand seen last is used up. */
    private boolean hasDemand() {
        if (used == granted) {
            granted = demand.produced(used);
            used = 0;
        }
        return granted > 0;
    }

    /** S5: a source that always has an item must not hold the thread. False: the task has been woken. */
    private boolean mayGoOn(Context cx, int toSend) {
        if (toSend > 0) {
            return cx.mayGoOn()
                    || opened().isDone(); // after the item: each poll makes progress, however small the budget
        }
        cx.waker().wake();
        return false;
    }

    /**
     * Moves items, or the end, from the source to the subscriber.
     *
     * @return false if the source has nothing more for now
     */
    private boolean pull(Context cx) {
        try {
            Source<T> from = opened();
            if (from.poll(cx) != null) {
                return true;
            }
            if (!from.isDone()) {
                return false;
            }
            if (from.poll(cx) != null) { // S3: throws if it was not completion but a failure that has come in between
                return true;
            }
        } catch (Throwable thrown) {
            fail(thrown); // §1.4
            return true;
        }
        complete(); // §1.5
        return true;
    }

    /** §2.13: the subscriber has thrown, which is as if it had cancelled. */
    void refuse(Throwable thrown) {
        release();
        report(thrown);
    }

    private void complete() {
        Subscriber<? super T> last = release();
        try {
            last.onComplete();
        } catch (Throwable thrown) {
            report(thrown);
        }
    }

    private void fail(Throwable failure) {
        Subscriber<? super T> last = release();
        try {
            last.onError(failure);
        } catch (Throwable thrown) {
            Failures.suppressIn(thrown, failure);
            report(thrown);
        }
    }

    /** To ENDED (P5, §3.13): nothing here refers to the subscriber or to the source any more. */
    private Subscriber<? super T> release() {
        Subscriber<? super T> last = Objects.requireNonNull(subscriber);
        Source<T> toClose = opened();
        subscriber = null;
        outflow = null;
        breach = null;
        task.clear();
        try {
            toClose.close();
        } catch (Throwable thrown) {
            report(thrown);
        }
        return last;
    }

    private Source<T> opened() {
        return Objects.requireNonNull(outflow);
    }

    private void report(Throwable thrown) {
        undeliverable = Failures.firstOf(undeliverable, thrown);
    }
}
