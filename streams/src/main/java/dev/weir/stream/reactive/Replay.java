package dev.weir.stream.reactive;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import dev.weir.task.WakerCell;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A buffer from one producer to any number of consumers, who come when they like and begin with the items that are kept:
 * all, or the latest n. Nobody's leaving ends it. An item is wanted when a consumer waits for it and the slowest is at
 * most the history behind, so that no more is held than that.
 *
 * <pre>
 * event \ state   OPEN                          COMPLETED, FAILED
 * attach          a cursor at the oldest kept   the same; the end follows the last item
 * put(item)       append, forget one if n are kept, wake who waits      -
 * complete, fail  ended, wake all               -
 * poll (cursor)   item; at the tail: wait *     item; at the tail: the end
 * close (cursor)  detach *                      detach
 *
 * * wakes the producer if that is what makes an item wanted
 * </pre>
 *
 * <p>Guarded by one lock, held for a few instructions, or by {@code put} and the end for a walk over the cursors; wakers
 * are woken after it.
 */
final class Replay<T> implements Outlet<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final WakerCell producer = new WakerCell();
    private final int history;

    private final Set<Cursor> cursors = new LinkedHashSet<>();
    private Node<T> oldest = new Node<>(0);
    private Node<T> tail = oldest;
    private @Nullable End end;
    /** How many wait at the tail. */
    private int waiting;
    /** How many are the whole history behind. */
    private int behind;

    /**
     * Creates an empty buffer.
     *
     * @param history the most items that are kept; {@link Integer#MAX_VALUE} for all
     */
    Replay(int history) {
        this.history = history;
    }

    /** Adds a consumer, who belongs to the caller. */
    Cursor attach() {
        lock.lock();
        try {
            Cursor cursor = new Cursor(oldest);
            cursors.add(cursor);
            behind += isBehind(cursor) ? 1 : 0;
            return cursor;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void register(Waker waker) {
        producer.register(waker);
    }

    @Override
    public boolean isWanted() {
        lock.lock();
        try {
            return wanted();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isEnded() {
        lock.lock();
        try {
            return end != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOver() {
        lock.lock();
        try {
            return end != null && oldest.item == null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void put(T item) {
        List<Waker> toWake = new ArrayList<>();
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            tail = tail.fill(item);
            if (tail.index - oldest.index > history) {
                forgetOldest();
            }
            moved(toWake);
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
    }

    @Override
    public void complete() {
        finish(new End(null));
    }

    @Override
    public void fail(Throwable failure) {
        finish(new End(failure));
    }

    private void finish(End how) {
        List<Waker> toWake = new ArrayList<>();
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            end = how;
            for (Cursor cursor : cursors) { // P4: also those who want no item
                toWake.add(cursor.ending);
                cursor.waiter = null;
                cursor.ending = Waker.noop();
            }
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
    }

    /**
     * Under the lock. The item is taken out of the list, unless somebody has come who is still at it: were it linked to those
     * that follow, all of these would outlive young collections as soon as it had.
     */
    private void forgetOldest() {
        Node<T> forgotten = oldest;
        oldest = Objects.requireNonNull(forgotten.next);
        if (behind == 0) {
            forgotten.item = null;
            forgotten.next = null;
        }
    }

    /** Under the lock: somebody waits at the tail, and nobody is too far behind. */
    private boolean wanted() {
        return end == null && waiting > 0 && behind == 0;
    }

    private boolean isBehind(Cursor cursor) {
        return tail.index - cursor.next.index >= history;
    }

    /** Under the lock: the tail is another one, so nobody waits, and more may be behind. */
    private void moved(List<Waker> toWake) {
        waiting = 0;
        behind = 0;
        for (Cursor cursor : cursors) {
            behind += isBehind(cursor) ? 1 : 0;
            if (cursor.waiter != null) {
                toWake.add(cursor.waiter);
                cursor.waiter = null;
            }
        }
    }

    /** A consumer's place in the sequence. It is polled by the consumer's task. */
    final class Cursor implements Source<T> {
        // guarded by the lock
        Node<T> next;
        private @Nullable Waker waiter;
        private Waker ending = Waker.noop();

        // the owner's
        private boolean answeredNull;

        private Cursor(Node<T> next) {
            this.next = next;
        }

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            answeredNull = false;
            if (isDone()) {
                return ended();
            }
            if (!cx.charge()) {
                answeredNull = true;
                return null;
            }
            T item = takeOrWait(cx.waker());
            if (item == null) {
                cx.budget().refund();
                if (isDone()) {
                    return ended();
                }
                answeredNull = true;
            }
            return item;
        }

        /** The next item; or else, unless all has ended, registers the waker (S2: the look is under the same lock). */
        private @Nullable T takeOrWait(Waker waker) {
            T item;
            boolean wake;
            lock.lock();
            try {
                item = next.item;
                if (item == null && end != null) {
                    return null;
                }
                ending = waker;
                boolean before = wanted();
                if (item != null) {
                    behind -= isBehind(this) ? 1 : 0;
                    next = Objects.requireNonNull(next.next);
                    behind += isBehind(this) ? 1 : 0;
                } else {
                    waiting += waiter == null ? 1 : 0;
                    waiter = waker;
                }
                wake = !before && wanted();
            } finally {
                lock.unlock();
            }
            if (wake) {
                producer.wake();
            }
            return item;
        }

        /** Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). */
        @Override
        public boolean isDone() {
            lock.lock();
            try {
                return end != null && next.item == null && (end.failure() == null || !answeredNull);
            } finally {
                lock.unlock();
            }
        }

        private @Nullable T ended() throws Exception {
            Throwable failure;
            lock.lock();
            try {
                failure = Objects.requireNonNull(end).failure();
            } finally {
                lock.unlock();
            }
            if (failure != null) {
                throw Undeliverable.<Exception>sneak(failure);
            }
            return null;
        }

        @Override
        public void close() {
            boolean wake;
            lock.lock();
            try {
                boolean before = wanted();
                if (cursors.remove(this)) {
                    behind -= isBehind(this) ? 1 : 0;
                    waiting -= waiter != null ? 1 : 0;
                }
                waiter = null;
                ending = Waker.noop();
                next = new Node<>(0); // who keeps this cursor keeps no item
                wake = !before && wanted();
            } finally {
                lock.unlock();
            }
            if (wake) {
                producer.wake();
            }
        }
    }

    /** An item and the way to the one after it; or, without an item, the place for the next. */
    static final class Node<T> {
        private final long index;

        @Nullable T item;

        @Nullable Node<T> next;

        private Node(long index) {
            this.index = index;
        }

        private Node<T> fill(T value) {
            Node<T> following = new Node<>(index + 1); // first: there may be no memory for it
            item = value;
            next = following;
            return following;
        }
    }

    private record End(@Nullable Throwable failure) {}
}
