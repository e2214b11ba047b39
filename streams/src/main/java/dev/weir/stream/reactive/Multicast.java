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
 * A bounded buffer from one producer to any number of consumers, each of which has a {@link Cursor} of its own and sees
 * every item that was put after it was attached. An item stays until the slowest has taken it. The producer may put one
 * only when it {@linkplain #isWanted() is wanted}: there is room, and a consumer waits for it.
 *
 * <pre>
 * event \ state      OPEN                                   COMPLETED             FAILED
 * attach             a cursor behind the last item          one that is done      one that fails
 * put(item)          append, wake who waits                 -                     dropped
 * complete           COMPLETED, wake all                    -                     -
 * fail               FAILED, wake all                       -                     -
 * last cursor closes FAILED, wake the producer              -                     -
 *
 * event \ cursor     behind the last item     at it, OPEN   at it, COMPLETED      at it, FAILED
 * poll               the next item * **       wait *        done                  throw
 * close              let go of the rest *     detach *      -                     -
 *
 * *  wakes the producer if that is what makes an item wanted
 * ** throws if FAILED and failures overtake
 * </pre>
 *
 * <p>All of it is guarded by one lock, held for a few instructions and, at {@code put} and at the end, for a walk over
 * the cursors; wakers are woken after it. The items hang in a list to whose nodes only the cursors point, so that nothing
 * needs to know who is the slowest: each node counts the cursors that have yet to take it. The last of them takes it out of
 * the list: were it linked to those that follow, all of these would outlive young collections as soon as it had.
 */
final class Multicast<T> implements Outlet<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final WakerCell producer = new WakerCell();
    private final int capacity;
    private final boolean failuresOvertake;

    private final Set<Cursor> cursors = new LinkedHashSet<>();
    /** Where the next item will be. */
    private Node<T> tail = new Node<>();
    /** Items that some cursor has yet to take, and cursors that have taken all and wait for more. */
    private int size;

    private int waiting;
    private @Nullable End end;

    /**
     * Creates a buffer without consumers.
     *
     * @param capacity the most items that are kept for the slowest consumer, at least 1
     * @param failuresOvertake whether a failure discards the items that came before it and were not taken yet, as
     *     §4.2 demands of a processor
     */
    Multicast(int capacity, boolean failuresOvertake) {
        if (capacity < 1) {
            throw new IllegalArgumentException("buffer must be at least 1, was " + capacity);
        }
        this.capacity = capacity;
        this.failuresOvertake = failuresOvertake;
    }

    /** Adds a consumer. It belongs to the caller, who closes it. */
    Cursor attach() {
        lock.lock();
        try {
            Cursor cursor = new Cursor(tail);
            if (end == null) {
                cursors.add(cursor);
            }
            return cursor;
        } finally {
            lock.unlock();
        }
    }

    /** Producer: to be woken when an item becomes wanted and when the last consumer leaves. To be followed by a look. */
    @Override
    public void register(Waker waker) {
        producer.register(waker);
    }

    /** Makes the producer look again. */
    void wakeProducer() {
        producer.wake();
    }

    /** Producer: tells whether an item may be put. */
    @Override
    public boolean isWanted() {
        lock.lock();
        try {
            return wanted();
        } finally {
            lock.unlock();
        }
    }

    /** Producer: tells whether there is nothing more to do. */
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
        return isEnded();
    }

    /** Producer: adds an item, which was wanted; those who did may have left since. */
    @Override
    public void put(T item) {
        List<Waker> toWake = new ArrayList<>();
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            tail = tail.fill(item, cursors.size());
            size++;
            collectWaiting(toWake);
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
    }

    /** Ends the sequence behind its last item. Any thread. */
    @Override
    public void complete() {
        finish(new End(null));
    }

    /** Ends the sequence behind its last item, or at once if failures overtake. Any thread. */
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
            waiting = 0;
        } finally {
            lock.unlock();
        }
        Waker.wakeAll(toWake);
    }

    /** Under the lock. */
    private boolean wanted() {
        return end == null && waiting > 0 && size < capacity;
    }

    /** Under the lock: from now on nobody waits. */
    private void collectWaiting(List<Waker> toWake) {
        for (Cursor cursor : cursors) {
            if (cursor.waiter != null) {
                toWake.add(cursor.waiter);
                cursor.waiter = null;
            }
        }
        waiting = 0;
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

        /**
         * Null and then done means completed, so a failure that comes after a null is not told before the next poll
         * throws it (S3).
         */
        @Override
        public boolean isDone() {
            lock.lock();
            try {
                return end != null && isAtEnd(end) && (end.failure() == null || !answeredNull);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            boolean wake = false;
            lock.lock();
            try {
                if (cursors.remove(this)) {
                    boolean before = wanted();
                    if (waiter != null) {
                        waiting--;
                    }
                    while (next.item != null) {
                        pass();
                    }
                    if (cursors.isEmpty() && end == null) {
                        end = new End(
                                new IllegalStateException("this has ended, as all of its subscribers had cancelled"));
                        wake = true;
                    }
                    wake |= !before && wanted();
                }
                next = new Node<>(); // who keeps this cursor keeps no item
                waiter = null;
                ending = Waker.noop();
            } finally {
                lock.unlock();
            }
            if (wake) {
                producer.wake();
            }
        }

        /** The next item; or else, unless all has ended, registers the waker (S2: the look is under the same lock). */
        private @Nullable T takeOrWait(Waker waker) {
            T item;
            boolean wake;
            lock.lock();
            try {
                if (end != null && isAtEnd(end)) {
                    return null;
                }
                ending = waker;
                boolean before = wanted();
                item = next.item;
                if (item != null) {
                    pass();
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

        /** Under the lock: tells whether no item comes before that end. */
        private boolean isAtEnd(End reached) {
            return next.item == null || (failuresOvertake && reached.failure() != null);
        }

        /** Under the lock: goes behind the next item. */
        private void pass() {
            Node<T> passed = next;
            next = Objects.requireNonNull(passed.next);
            if (--passed.readers == 0) {
                size--;
                passed.item = null;
                passed.next = null;
            }
        }

        private @Nullable T ended() throws Exception {
            lock.lock();
            try {
                Throwable failure = Objects.requireNonNull(end).failure();
                if (failure != null) {
                    throw Undeliverable.<Exception>sneak(failure);
                }
                return null;
            } finally {
                lock.unlock();
            }
        }
    }

    /** An item and the way to the one after it; or, without an item, the place for the next. */
    static final class Node<T> {
        @Nullable T item;

        @Nullable Node<T> next;

        private int readers;

        private Node<T> fill(T value, int count) {
            Node<T> following = new Node<>(); // first: there may be no memory for it
            item = value;
            readers = count;
            next = following;
            return following;
        }
    }

    private record End(@Nullable Throwable failure) {}
}
