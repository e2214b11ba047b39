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
 * A bounded buffer from one producer to any number of consumers, each of which has a {@link Cursor} of its own. The
 * producer may put an item only when it {@linkplain #isWanted() is wanted}: a consumer waits for it, and the slowest leaves
 * room. Which items a newcomer finds, and how long they stay, is what the two kinds differ in.
 *
 * <pre>
 * event \ state      OPEN                                   COMPLETED             FAILED
 * attach             a cursor where newcomers begin         the same              the same
 * put(item)          append, wake who waits                 -                     dropped
 * complete           COMPLETED, wake all                    -                     -
 * fail               FAILED, wake all                       -                     -
 *
 * event \ cursor     behind the last item     at it, OPEN   at it, COMPLETED      at it, FAILED
 * poll               the next item * **       wait *        done                  throw
 * close              detach *                 detach *      detach                detach
 *
 * *  wakes the producer if that is what makes an item wanted
 * ** throws if FAILED and failures overtake
 * </pre>
 *
 * <p>All of it is guarded by one lock, held for a few instructions and, at {@code put} and at the end, for a walk over
 * the cursors; wakers are woken after it. The items hang in a list. One that all have passed is taken out of it: were it
 * linked to those that follow, all of these would outlive young collections as soon as it had.
 */
abstract class Outlet<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final WakerCell producer = new WakerCell();
    private final boolean failuresOvertake;

    // guarded by the lock
    private final Set<Cursor> cursors = new LinkedHashSet<>();
    /** Where the next item will be. */
    private Node<T> tail = new Node<>(0);

    private @Nullable End end;
    /** How many have taken all and wait for more. */
    private int waiting;

    /**
     * Creates a buffer without consumers.
     *
     * @param failuresOvertake whether a failure discards the items that came before it and were not taken yet, as
     *     §4.2 demands of a processor
     */
    Outlet(boolean failuresOvertake) {
        this.failuresOvertake = failuresOvertake;
    }

    // ---- what the kinds differ in, under the lock ----

    /** Where a newcomer begins. */
    abstract Node<T> beginning();

    /** Tells whether the slowest leaves room for one more. */
    abstract boolean hasRoom();

    /** Tells whether no item is kept for who comes now. */
    abstract boolean keepsNothing();

    abstract void attached(Cursor cursor);

    /** An item was put: {@link #tail()} is the place behind it. */
    abstract void appended(Node<T> item);

    /** A cursor has gone behind an item. */
    abstract void passed(Node<T> item);

    /**
     * A cursor has left.
     *
     * @param place the item that it would have taken next, or the tail
     * @param last whether none is left
     */
    abstract void detached(Node<T> place, boolean last);

    final Node<T> tail() {
        return tail;
    }

    final Set<Cursor> cursors() {
        return cursors;
    }

    /** Ends it for who comes later, and makes the producer look; when all have left. */
    final void abandon(Throwable why) {
        if (end == null) {
            end = new End(why);
        }
    }

    // ---- for consumers ----

    /** Adds a consumer. It belongs to the caller, who closes it. */
    final Cursor attach() {
        lock.lock();
        try {
            Cursor cursor = new Cursor(beginning());
            cursors.add(cursor);
            attached(cursor);
            return cursor;
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether who comes now finds the end, and no item before it. */
    final boolean isOver() {
        lock.lock();
        try {
            return end != null && keepsNothing();
        } finally {
            lock.unlock();
        }
    }

    // ---- for the producer ----

    /** To be woken when an item becomes wanted and when there is nothing more to do. To be followed by a look. */
    final void register(Waker waker) {
        producer.register(waker);
    }

    /** Makes the producer look again. Any thread. */
    final void wakeProducer() {
        producer.wake();
    }

    /** Tells whether an item may be put. */
    final boolean isWanted() {
        lock.lock();
        try {
            return wanted();
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether there is nothing more to do. */
    final boolean isEnded() {
        lock.lock();
        try {
            return end != null;
        } finally {
            lock.unlock();
        }
    }

    /** Adds an item, which was wanted; those who did may have left since. */
    final void put(T item) {
        List<Waker> toWake;
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            Node<T> following = new Node<>(tail.index + 1); // these two first: there may be no memory for them
            toWake = new ArrayList<>(waiting);
            Node<T> filled = tail;
            filled.item = item;
            filled.next = following;
            tail = following;
            appended(filled);
            for (Cursor cursor : cursors) {
                if (cursor.waiter != null) {
                    toWake.add(cursor.waiter);
                    cursor.waiter = null;
                }
            }
            waiting = 0;
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
    }

    /** Ends the sequence behind its last item. Any thread. */
    final void complete() {
        finish(new End(null));
    }

    /** Ends the sequence behind its last item, or at once if failures overtake. Any thread. */
    final void fail(Throwable failure) {
        finish(new End(failure));
    }

    private void finish(End how) {
        List<Waker> toWake;
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            end = how;
            toWake = new ArrayList<>(cursors.size());
            for (Cursor cursor : cursors) { // P4: also those who want no item
                toWake.add(cursor.ending);
                cursor.waiter = null;
                cursor.ending = Waker.noop();
            }
            waiting = 0;
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
    }

    /** Under the lock. */
    private boolean wanted() {
        return end == null && waiting > 0 && hasRoom();
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

        /** Whom to wake at the end if it has never polled for lack of demand (P4); then, who polls. */
        void onEnd(Waker waker) {
            lock.lock();
            try {
                ending = waker;
            } finally {
                lock.unlock();
            }
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
                if (isAtEnd()) {
                    return null;
                }
                ending = waker;
                boolean before = wanted();
                Node<T> place = next;
                item = place.item;
                if (item != null) {
                    next = Objects.requireNonNull(place.next);
                    passed(place);
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

        /** Under the lock: tells whether all has ended and no item comes before that. */
        private boolean isAtEnd() {
            return end != null && (next.item == null || (failuresOvertake && end.failure() != null));
        }

        /**
         * Null and then done means completed, so a failure that comes after a null is not told before the next poll
         * throws it (S3).
         */
        @Override
        public boolean isDone() {
            lock.lock();
            try {
                return isAtEnd()
                        && (!answeredNull || Objects.requireNonNull(end).failure() == null);
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
            boolean wake = false;
            lock.lock();
            try {
                if (cursors.remove(this)) {
                    boolean before = wanted();
                    boolean open = end == null;
                    waiting -= waiter != null ? 1 : 0;
                    detached(next, cursors.isEmpty());
                    wake = (open && end != null) || (!before && wanted());
                }
                next = new Node<>(0); // who keeps this cursor keeps no item
                waiter = null;
                ending = Waker.noop();
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
        final long index;

        @Nullable T item;

        @Nullable Node<T> next;

        /** Of a {@link Multicast}: how many have yet to take it. */
        int readers;

        private Node(long index) {
            this.index = index;
        }

        /** When nobody will come to it any more. */
        void takeOut() {
            item = null;
            next = null;
        }
    }

    private record End(@Nullable Throwable failure) {}
}
