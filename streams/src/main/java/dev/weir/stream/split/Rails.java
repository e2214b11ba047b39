package dev.weir.stream.split;

import dev.weir.stream.op.Ending;
import dev.weir.stream.op.Failures;
import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deals the items of one source out to rails, each of which may be polled by a task of its own: an item goes to the rail
 * that asks for one. So a rail that is slow gets less, and nothing is held for it.
 *
 * <p>Whoever is polled pulls upstream, one at a time. Who comes meanwhile is refused, and woken when the other stops. Who
 * has got an item wakes all who wait, as upstream may know no waker any more; so does upstream when it has something. The
 * end, also a failure, is the end of each rail that is open; one that others have closed never ends, as its pipeline would
 * take that for a completion: it has nothing, and its task is being cancelled.
 *
 * <pre>
 * event \ state   free                                pulled                    ended
 * poll            pulled, *pull, stop*                refused                   the end
 * stop            -                                   free, *wake* if it got
 *                                                     an item or one was refused
 * end             -                                   ended, *wake*             -
 * close           *close upstream* after the last     left to who stops         *close upstream* after the last
 * </pre>
 *
 * Who has made the rails counts as one of those that have to close: it may fail to give them away.
 *
 * <p>A failure is thrown by the open rails, or else told to {@link Drops}, once:
 *
 * <pre>
 * event \ failure       to come                          unheard                      heard
 * comes, a rail open    unheard                          -                            -
 * comes, none open      heard, *tell Drops*              -                            -
 * thrown by a rail      -                                heard                        heard
 * the last rail closes  -                                heard, *tell Drops*          -
 * </pre>
 *
 * The lock is held for a few instructions, and never while calling out.
 */
public final class Rails<T> {
    private final Source<? extends T> upstream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Waker upstreamReady = this::wakeAll;
    private final List<Rail> rails;

    // guarded by the lock
    private boolean pulled;
    /** Somebody has come while another pulled. */
    private boolean refused;

    private int open;
    private boolean kept = true;
    private boolean upstreamClosed;
    private @Nullable End end;
    /** A rail has thrown the failure, or Drops was told of it. */
    private boolean heard;

    /**
     * @param count how many rails there are, at least 1
     */
    public Rails(Source<? extends T> upstream, int count) {
        this.upstream = upstream;
        this.rails = Stream.generate(() -> new Rail()).limit(count).toList();
        this.open = count;
    }

    /** Returns the rails. Each is for one owner. */
    public List<? extends Source<T>> all() {
        return rails;
    }

    /** Closes all rails, also those that nobody has polled, and upstream. Idempotent. */
    public void close() {
        rails.forEach(Rail::close);
        lock.lock();
        try {
            kept = false;
        } finally {
            lock.unlock();
        }
        closeUpstreamIfUnused();
    }

    /** Tells the others how it ended. */
    private void finish(End how) {
        Throwable unheard;
        lock.lock();
        try {
            end = how;
            unheard = takeUnheard();
        } finally {
            lock.unlock();
        }
        tell(unheard); // all have left while one of them pulled
        wakeAll();
    }

    /** Under the lock. Returns, once, a failure that no rail has thrown or will throw. */
    private @Nullable Throwable takeUnheard() {
        Throwable failure = end == null || open > 0 || heard ? null : end.failure();
        heard |= failure != null;
        return failure;
    }

    private static void tell(@Nullable Throwable unheard) {
        if (unheard != null) {
            Drops.failure("parallel", unheard);
        }
    }

    private void wakeAll() {
        List<Waker> toWake = new ArrayList<>(rails.size());
        lock.lock();
        try {
            for (Rail rail : rails) {
                if (rail.waiter != null) {
                    toWake.add(rail.waiter);
                    rail.waiter = null;
                }
            }
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
    }

    private void closeUpstreamIfUnused() {
        lock.lock();
        try {
            if (open > 0 || kept || pulled || upstreamClosed) {
                return;
            }
            upstreamClosed = true;
        } finally {
            lock.unlock();
        }
        upstream.close();
    }

    private record End(@Nullable Throwable failure) {}

    private final class Rail implements Source<T> {
        // guarded by the lock
        private @Nullable Waker waiter;
        private boolean closed;

        private boolean answeredNull;

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            answeredNull = false;
            T item = mayPull(cx.waker()) ? pull(cx) : null;
            if (item == null) {
                Failures.rethrow(failure());
                answeredNull = true;
            }
            return item;
        }

        /** False if there is no more, or another one pulls, who will wake this one. */
        private boolean mayPull(Waker waker) {
            lock.lock();
            try {
                if (end != null || closed) {
                    return false;
                }
                waiter = waker;
                refused |= pulled;
                boolean first = !pulled;
                pulled = true;
                return first;
            } finally {
                lock.unlock();
            }
        }

        private @Nullable T pull(Context cx) {
            T item = null;
            try {
                Context own = cx.withWaker(upstreamReady);
                item = upstream.poll(own);
                if (item == null && Ending.completed(upstream, own)) {
                    finish(new End(null));
                }
            } catch (Throwable failure) { // of any kind: a publisher may fail with what no method declares
                finish(new End(failure));
            } finally {
                stop(item != null);
            }
            return item;
        }

        private void stop(boolean hasItem) {
            boolean wake;
            lock.lock();
            try {
                pulled = false;
                wake = hasItem || refused;
                refused = false;
                waiter = hasItem ? null : waiter;
            } finally {
                lock.unlock();
            }
            closeUpstreamIfUnused();
            if (wake) {
                wakeAll();
            }
        }

        private @Nullable Throwable failure() {
            lock.lock();
            try {
                Throwable failure = end == null || closed ? null : end.failure();
                heard |= failure != null;
                return failure;
            } finally {
                lock.unlock();
            }
        }

        /** Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). */
        @Override
        public boolean isDone() {
            lock.lock();
            try {
                return !closed && end != null && (end.failure() == null || !answeredNull);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            Throwable unheard;
            lock.lock();
            try {
                open -= closed ? 0 : 1;
                closed = true;
                waiter = null;
                unheard = takeUnheard();
            } finally {
                lock.unlock();
            }
            tell(unheard);
            closeUpstreamIfUnused();
        }
    }
}
