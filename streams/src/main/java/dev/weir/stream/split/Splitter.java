package dev.weir.stream.split;

import dev.weir.stream.op.Deadline;
import dev.weir.stream.op.Ending;
import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deals the items of one source out to parts, each of which may be read by a task of its own. It is the source of the
 * parts: a new one is given when its first item has come.
 *
 * <p><em>Who pulls.</em> Nobody in particular: whoever is polled and finds nothing pulls upstream, one at a time, and
 * puts what belongs to others into their queues. So a reader never waits for another one to ask. Who stops pulling, and
 * upstream when it has something, wakes all who wait, so a wake costs as much as there are who found nothing.
 *
 * <p><em>A full queue.</em> The item that does not fit is kept, and nothing is pulled, until its reader has taken one:
 * that is back-pressure. If nobody has opened that part there may never be such a reader; so whoever waits loses patience
 * after a time, and the whole fails and says which part it was.
 *
 * <p>Upstream is closed when the parts are not asked for any more and each part that was given has been closed.
 *
 * <pre>
 * guarded by the lock                     the puller's own, handed on through {@code pulling}
 * pulling, parts, fresh, holders,         upstream, stuck
 * ended, the queues of parts, waiters
 * </pre>
 *
 * The lock is held for a few instructions, and never while calling out.
 */
public final class Splitter<K, T> implements Source<Part<K, T>> {
    private final Source<? extends T> upstream;
    final Routing<K, T> routing;
    private final int capacity;
    private final long patienceNanos;
    final ReentrantLock lock = new ReentrantLock();
    private final Waker upstreamReady = this::wakeAll;

    // guarded by the lock
    final Map<K, Part<K, T>> parts = new HashMap<>();
    private final ArrayDeque<Part<K, T>> fresh = new ArrayDeque<>();
    private boolean pulling;
    /** Somebody has come while another pulled. */
    private boolean refused;

    private boolean outerClosed;
    private boolean upstreamClosed;
    /** Parts that were given and are not closed. */
    int holders;

    @Nullable End end;

    private @Nullable Waker outerWaiter;

    // the puller's
    private @Nullable T stuck;
    private @Nullable Part<K, T> full;

    // the owner's
    private final Deadline patience = new Deadline();
    private boolean answeredNull;

    /**
     * @param capacity the most items that are held for each part, at least 1
     * @param patienceNanos how long a full part that nobody has opened may hold up others
     */
    public Splitter(Source<? extends T> upstream, Routing<K, T> routing, int capacity, long patienceNanos) {
        this.upstream = upstream;
        this.routing = routing;
        this.capacity = capacity;
        this.patienceNanos = patienceNanos;
    }

    @Override
    public @Nullable Part<K, T> poll(Context cx) throws Exception {
        answeredNull = false;
        Part<K, T> part = pull(cx, this::takeFresh, waiter -> outerWaiter = waiter, patience);
        answeredNull = part == null;
        return part;
    }

    /** Under the lock. */
    private @Nullable Part<K, T> takeFresh() {
        Part<K, T> part = fresh.poll();
        if (part != null) {
            holders++;
        }
        return part;
    }

    /**
     * What all who poll do: take, or else register and pull.
     *
     * @param take is called under the lock
     * @param wait sets or clears the waker of the caller, under the lock
     * @param patience the caller's own; cleared when it has what it waits for
     */
    <X> @Nullable X pull(Context cx, Supplier<@Nullable X> take, Consumer<@Nullable Waker> wait, Deadline patience)
            throws Exception {
        lock.lock();
        try {
            X found = take.get();
            if (found != null) {
                patience.clear();
                return found;
            }
            throwIfFailed();
            if (end != null || upstreamClosed) {
                return null;
            }
            wait.accept(cx.waker());
            if (pulling) {
                refused = true; // what woke us may have come too late for who pulls: it will wake us again
                return null;
            }
            pulling = true;
        } finally {
            lock.unlock();
        }
        X found = null;
        try {
            found = pullUntil(cx, take);
        } catch (Exception | Error failure) {
            if (!finish(new End(failure))) {
                Drops.failure("split", failure); // all readers left while one of them pulled
            }
        }
        stopPulling(found != null ? wait : null, found != null || cx.budget().isExhausted());
        if (found != null) {
            patience.clear();
            return found;
        }
        losePatience(cx, patience);
        lock.lock();
        try {
            throwIfFailed();
        } finally {
            lock.unlock();
        }
        return null;
    }

    /** Pulls until the caller has what it waits for, or there is nothing to pull. */
    private <X> @Nullable X pullUntil(Context cx, Supplier<@Nullable X> take) throws Exception {
        Context own = cx.withWaker(upstreamReady);
        do {
            T item = stuck;
            Part<K, T> to = full;
            if (item == null || to == null) {
                item = upstream.poll(own);
                if (item == null) {
                    if (Ending.completed(upstream, own)) {
                        finish(new End(null));
                    }
                    return null;
                }
                to = partOf(routing.keyOf(item));
            }
            if (!place(to, item)) {
                return null;
            }
            lock.lock();
            try {
                X found = take.get();
                if (found != null) {
                    return found;
                }
            } finally {
                lock.unlock();
            }
        } while (cx.mayGoOn());
        return null;
    }

    private Part<K, T> partOf(K key) {
        lock.lock();
        try {
            Part<K, T> part = parts.get(key);
            if (part == null) {
                part = new Part<>(this, key);
                if (!outerClosed) { // or nobody will be given it: it goes, and its item with it
                    parts.put(key, part);
                    fresh.add(part);
                }
            }
            return part;
        } finally {
            lock.unlock();
        }
    }

    /** False if there is no room: the item is kept. */
    private boolean place(Part<K, T> part, T item) {
        Waker reader;
        if (!hasRoom(part, item)) {
            return false;
        }
        lock.lock();
        try {
            stuck = null;
            full = null;
            if (!part.closed) {
                part.queue.add(item);
            }
            reader = part.takeWaiter();
        } finally {
            lock.unlock();
        }
        try {
            if (routing.isLast(item)) {
                reader = complete(part, reader);
            }
        } finally { // also if a predicate has thrown: the part no longer knows who reads
            if (reader != null) {
                reader.wake();
            }
        }
        return true;
    }

    /** False if the item is kept until there is room. */
    private boolean hasRoom(Part<K, T> part, T item) {
        lock.lock();
        try {
            if (part.closed || part.queue.size() < capacity) {
                return true;
            }
            stuck = item;
            full = part;
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Fails everything if nobody has opened the part that holds up the caller, for as long as the caller can wait. */
    private void losePatience(Context cx, Deadline patience) {
        Part<K, T> part = unopened();
        if (part == null) {
            patience.clear();
            return;
        }
        if (!patience.isSet()) {
            patience.set(patienceNanos, cx);
        }
        if (patience.await(cx)) {
            finish(new End(new IllegalStateException("nobody has opened the part " + part.key + " for "
                    + Duration.ofNanos(patienceNanos) + ", it holds " + capacity
                    + " items, and others wait: open each part"
                    + " as it is given (for flatMap, a concurrency of at least the number of parts), discard it, or hold"
                    + " more")));
        }
    }

    private @Nullable Part<K, T> unopened() {
        lock.lock();
        try {
            return full != null && !full.opened && !full.closed ? full : null;
        } finally {
            lock.unlock();
        }
    }

    boolean isFull(Part<K, T> part) {
        lock.lock();
        try {
            return full == part;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Waker complete(Part<K, T> part, @Nullable Waker reader) {
        lock.lock();
        try {
            part.complete = true;
            parts.remove(part.key);
            return reader != null ? reader : part.takeWaiter();
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param satisfied clears the waker of a caller that has what it wanted
     * @param mayBeMore whether upstream may have items, and so knows no waker
     */
    private void stopPulling(@Nullable Consumer<@Nullable Waker> satisfied, boolean mayBeMore) {
        boolean wake;
        lock.lock();
        try {
            pulling = false;
            wake = mayBeMore || refused;
            refused = false;
            if (satisfied != null) {
                satisfied.accept(null);
            }
        } finally {
            lock.unlock();
        }
        closeUpstreamIfUnused();
        if (wake) {
            wakeAll(); // somebody else may go on pulling
        }
    }

    /** Ends all parts, and wakes all. False if nobody is left who would hear of it. */
    private boolean finish(End how) {
        boolean heard;
        lock.lock();
        try {
            heard = end == null && (!outerClosed || holders > 0);
            end = end == null ? how : end;
        } finally {
            lock.unlock();
        }
        wakeAll();
        return heard;
    }

    /** All: one who is woken may not want anything any more, if its task has got elsewhere what it was asked for. */
    void wakeAll() {
        List<Waker> toWake = new ArrayList<>();
        lock.lock();
        try {
            if (outerWaiter != null) {
                toWake.add(outerWaiter);
                outerWaiter = null;
            }
            for (Part<K, T> part : parts.values()) {
                Waker reader = part.takeWaiter();
                if (reader != null) {
                    toWake.add(reader);
                }
            }
        } finally {
            lock.unlock();
        }
        toWake.forEach(Waker::wake);
    }

    /** Under the lock. */
    private void throwIfFailed() throws Exception {
        Throwable failure = end == null ? null : end.failure();
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof Exception exception) {
            throw exception;
        }
    }

    /** Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). */
    @Override
    public boolean isDone() {
        lock.lock();
        try {
            return fresh.isEmpty() && end != null && (end.failure() == null || !answeredNull);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        patience.clear();
        lock.lock();
        try {
            outerClosed = true;
            outerWaiter = null;
            for (Part<K, T> part : fresh) {
                part.closed = true;
                part.queue.clear();
            }
            fresh.clear();
        } finally {
            lock.unlock();
        }
        closeUpstreamIfUnused();
        wakeAll();
    }

    void closeUpstreamIfUnused() {
        lock.lock();
        try {
            if (!outerClosed || holders > 0 || pulling || upstreamClosed) {
                return;
            }
            upstreamClosed = true;
        } finally {
            lock.unlock();
        }
        upstream.close();
    }

    record End(@Nullable Throwable failure) {}
}
