package dev.weir.stream.split;

import dev.weir.runtime.TaskRuntime;
import dev.weir.spin.SpinLock;
import dev.weir.stream.op.Failures;
import dev.weir.stream.push.Drops;
import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deals the items of one source out to parts, each of which may be read by a task of its own. It is the source of the
 * parts: a new one is given when its first item has come.
 *
 * <p><em>Who pulls.</em> Nobody in particular: whoever is polled and finds nothing pulls upstream, one at a time, and
 * puts what belongs to others into their queues. So a reader never waits for another one to ask. Who stops pulling, and
 * upstream when it has something, wakes all who wait: one of them alone might not want anything any more, and would not
 * come. So a wake costs as much as there are who found nothing; but the first who comes pulls for all, and those behind it
 * find upstream silent and only wait.
 *
 * <pre>
 * event \ upstream      to be asked                         pulled                          silent
 * polled, nothing there pulled, *pull, stop*                waits, refused                  waits
 * stop: was empty       -                                   silent; *wake all* if refused   -
 * stop: woken since, no -                                   to be asked; *wake all* if it   -
 *   budget, no room,                                        gave something, or refused
 *   or something found
 * wakes                 *wake all*                          to be asked by the next         to be asked, *wake all*
 * </pre>
 *
 * <p><em>What is held</em> is bounded, see {@link Stock}: an item for which there is no room is kept, and nothing is
 * pulled until its part is read or closed, or another part is taken. That is back-pressure. But if nobody has opened the
 * part, or nobody takes parts, there may never be room; so whoever waits loses patience after a time, and the whole fails
 * and says what it waited for.
 *
 * <p><em>The end</em> is looked for by who stops pulling; or, if it comes when nobody waits, by who asks whether it has,
 * in a context of its own: who asks may be in no poll. All are woken to it, also those who want nothing (P4).
 *
 * <p>Upstream is closed when the parts are not asked for any more, and each part that was given has been closed, or upstream
 * has ended: then nobody pulls it any more, however many parts are still to be read. It is closed by who closes, not by who
 * pulls, unless all have left meanwhile; so if that throws, no reader loses an item by it.
 *
 * <pre>
 * guarded by the lock                     the puller's own, handed on through {@code pulling}
 * pulling, stock, holders, end,           upstream, the dealer
 * waiting, what parts hold
 * </pre>
 *
 * The lock is held for a few instructions, and never while calling out.
 */
public final class Splitter<K, T> implements Source<Part<K, T>> {
    private final Source<? extends T> upstream;
    final Routing<K, T> routing;
    private final int capacity;
    private final long patienceNanos;
    final SpinLock lock = new SpinLock();
    private final Waker upstreamReady = this::upstreamReady;
    private final Dealer<K, T> dealer;

    // guarded by the lock
    final Stock<K, T> stock;
    final Asker<Part<K, T>> outer = new Owner<>(this);
    private final Asker.Waiting waiting = new Asker.Waiting();

    private boolean pulling;
    /** Somebody has come while another pulled. */
    private boolean refused;
    /** Upstream has woken, and nobody has pulled since. */
    private boolean roused;
    /** Upstream was asked, has nothing, and has not woken since: it knows whom to wake. */
    private boolean silent;

    private boolean outerClosed;
    private boolean upstreamClosed;
    /** Parts that were given and are not closed. */
    int holders;

    @Nullable End end;

    /** Who lends its services to a look for the end. Null before the owner's first poll, before which nobody else looks. */
    private @Nullable Host lender;

    // the owner's
    private boolean answeredNull;

    /**
     * @param capacity the most items that are held for each part, and the most parts that wait to be taken, at least 1
     * @param patienceNanos how long a full part that nobody has opened, or parts that nobody takes, may hold up others
     */
    public Splitter(Source<? extends T> upstream, Routing<K, T> routing, int capacity, long patienceNanos) {
        this.upstream = upstream;
        this.dealer = new Dealer<>(this, upstream);
        this.routing = routing;
        this.capacity = capacity;
        this.stock = new Stock<>(routing, capacity);
        this.patienceNanos = patienceNanos;
    }

    @Override
    public @Nullable Part<K, T> poll(Context cx) throws Exception {
        answeredNull = false;
        if (lender == null) {
            TaskRuntime runtime = cx.host().service(TaskRuntime.class);
            lender = runtime != null ? runtime : cx.host();
        }
        Part<K, T> part = pull(cx, outer);
        answeredNull = part == null;
        return part;
    }

    /**
     * What all who are polled do: take, at the price of an operation; or else register and pull, for which upstream
     * charges. What is there waits for a budget; an end does not (S3).
     */
    <X> @Nullable X pull(Context cx, Asker<X> asker) throws Exception {
        boolean pays = !cx.budget().isExhausted();
        X found;
        boolean waits;
        boolean pulls = false;
        boolean makesRoom = false;
        lock.lock();
        try {
            asker.polledWith(cx.waker());
            waits = !pays && !asker.isEmpty();
            found = pays ? asker.take() : null;
            if (found != null) {
                makesRoom = stock.isAwaited(asker.part());
            } else if (!waits) {
                pulls = mayPull(asker, cx.waker());
            }
        } finally {
            lock.unlock();
        }
        if (found == null && !waits) {
            return pulls ? pullFor(asker, cx) : null;
        }
        cx.charge(); // wakes if there is no budget
        if (found != null) {
            asker.patience.clear();
        }
        if (makesRoom) {
            wakeWaiting(); // for the item that was kept
        }
        return found;
    }

    /** Under the lock. False if there is no more, or another one pulls, who will wake this one. */
    private boolean mayPull(Asker<?> asker, Waker waker) throws Exception {
        if (asker.isOver()) {
            return false;
        }
        throwIfFailed();
        if (end != null || upstreamClosed) {
            return false;
        }
        waiting.add(asker, waker);
        if (silent) {
            return false;
        }
        refused |= pulling; // what woke us may have come too late for who pulls: it will wake us again
        return startPulling();
    }

    /** Under the lock. */
    private boolean startPulling() {
        boolean first = !pulling;
        pulling = true;
        roused &= !first;
        return first;
    }

    private <X> @Nullable X pullFor(Asker<X> asker, Context cx) throws Exception {
        X found = null;
        boolean waits = false;
        try {
            Context own = cx.withWaker(upstreamReady);
            found = dealer.pullUntil(asker, own);
            lookForEnd(own);
        } catch (Throwable failure) { // of any kind: a publisher may fail with what no method declares
            fail(failure);
        } finally {
            waits = stopPulling(asker, found, cx);
        }
        if (waits) {
            losePatience(cx, asker);
        } else {
            asker.patience.clear();
        }
        return found;
    }

    /** Returns whether the one who has pulled goes on waiting. */
    private <X> boolean stopPulling(Asker<X> asker, @Nullable X found, Context cx) {
        boolean waits = found == null && !isOver(asker);
        boolean mayBeMore = !waits || cx.budget().isExhausted();
        stopPulling(waits ? null : asker, mayBeMore, !mayBeMore && dealer.hasFoundNothing());
        return waits;
    }

    private boolean isOver(Asker<?> asker) {
        lock.lock();
        try {
            return asker.isOver();
        } finally {
            lock.unlock();
        }
    }

    /** Fails everything if nobody is there who makes room, for as long as the caller can wait; throws if all has failed. */
    private void losePatience(Context cx, Asker<?> asker) throws Exception {
        Part<K, T> missed;
        long number;
        lock.lock();
        try {
            missed = stock.missed();
            number = stock.number();
        } finally {
            lock.unlock();
        }
        if (missed == null) {
            asker.patience.clear();
        } else if (asker.patience.isLost(number, patienceNanos, cx)) {
            finish(new End(Patience.lost(missed, capacity, patienceNanos)));
        }
        lock.lock();
        try {
            throwIfFailed();
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param satisfied does not wait any more, as it has what it wanted or will not have it
     * @param mayBeMore whether upstream may have items, and so knows no waker: somebody else may go on pulling
     * @param foundNothing upstream was asked, with budget, and knows whom to wake
     */
    private void stopPulling(@Nullable Asker<?> satisfied, boolean mayBeMore, boolean foundNothing) {
        boolean unused;
        List<@Nullable Waker> toWake;
        lock.lock();
        try {
            pulling = false;
            silent = foundNothing && !roused;
            if (satisfied != null) {
                satisfied.stopWaiting();
            }
            toWake = mayBeMore || refused ? waiting.takeAll() : List.of();
            refused = false;
            unused = becomesUnused(false);
        } finally {
            lock.unlock();
        }
        try {
            if (unused) {
                upstream.close();
            }
        } finally {
            Waker.wakeAll(toWake);
        }
    }

    /** Nobody else pulls. Behind the last item, so that those who want nothing hear of it. */
    private void lookForEnd(Context cx) throws Exception {
        if (dealer.hasCompleted(cx)) {
            finish(new End(null));
        }
    }

    private void fail(Throwable failure) {
        if (!finish(new End(failure))) {
            Drops.failure("split", failure); // all readers left while one of them pulled
        }
    }

    /** Ends all parts, and wakes all. False if nobody is left who would hear of it. */
    private boolean finish(End how) {
        List<@Nullable Waker> toWake = new ArrayList<>();
        boolean heard;
        lock.lock();
        try {
            heard = end == null && (!outerClosed || holders > 0);
            end = end == null ? how : end;
            toWake.add(outer.takeAny());
            stock.forEachLive(part -> toWake.add(part.takeAny()));
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
        return heard;
    }

    /** Upstream has something: an item, for who waits; or its end, for all. Nobody may wait for an item. */
    private void upstreamReady() {
        wake(() -> {
            roused = true;
            silent = false;
            return takeThoseToLook();
        });
    }

    /** Somebody leaves, for whose sake others may have been left to wait, or not been told that upstream has woken. */
    void wakeOthers() {
        wake(() -> roused ? takeThoseToLook() : waiting.takeAll());
    }

    /** Under the lock: who waits; or, if nobody does, all, as it may be the end. */
    private List<@Nullable Waker> takeThoseToLook() {
        List<@Nullable Waker> found = waiting.takeAll();
        if (found.isEmpty()) {
            found.add(outer.ending());
            stock.forEachLive(part -> found.add(part.ending()));
        }
        return found;
    }

    /** If upstream has woken and nobody has pulled since, it may have ended. A poll of what is done takes no item (S3). */
    void lookForEnd() {
        Host host = lender;
        lock.lock();
        try {
            if (!roused || host == null || end != null || upstreamClosed || !startPulling()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        try {
            lookForEnd(new Context(host, Budget.DEFAULT).withWaker(upstreamReady));
        } catch (Throwable failure) {
            fail(failure);
        } finally {
            stopPulling(null, false, false);
        }
    }

    /** All who wait: one who is woken may not want anything any more, if its task has got elsewhere what it was asked for. */
    private void wakeWaiting() {
        wake(waiting::takeAll);
    }

    private void wake(Supplier<List<@Nullable Waker>> takenUnderTheLock) {
        List<@Nullable Waker> toWake;
        lock.lock();
        try {
            toWake = takenUnderTheLock.get();
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
    }

    /** Under the lock. */
    private void throwIfFailed() throws Exception {
        if (end != null) {
            Failures.rethrow(end.failure());
        }
    }

    /**
     * Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). Before the
     * first poll nobody else knows upstream.
     */
    @Override
    public boolean isDone() {
        if (lender == null) {
            return upstream.isDone();
        }
        lookForEnd();
        lock.lock();
        try {
            return !stock.hasParts() && end != null && (end.failure() == null || !answeredNull);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        outer.patience.clear();
        lock.lock();
        try {
            outerClosed = true;
            outer.takeAny();
            stock.close();
        } finally {
            lock.unlock();
        }
        closeUpstreamIfUnused();
        wakeOthers();
    }

    void closeUpstreamIfUnused() {
        boolean unused;
        lock.lock();
        try {
            unused = becomesUnused(end != null);
        } finally {
            lock.unlock();
        }
        if (unused) {
            upstream.close();
        }
    }

    /** Under the lock. True once: upstream is to be closed. */
    private boolean becomesUnused(boolean whoeverReads) {
        boolean unused = outerClosed && (holders == 0 || whoeverReads) && !pulling && !upstreamClosed;
        upstreamClosed |= unused;
        return unused;
    }

    record End(@Nullable Throwable failure) {}
}
