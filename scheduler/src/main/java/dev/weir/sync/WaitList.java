package dev.weir.sync;

import dev.weir.spin.SpinLock;
import dev.weir.task.FirstFailure;
import dev.weir.task.Waker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for something, first come first served: what every primitive of this package is built on.
 *
 * <p>A waiter belongs to the one who waits, and goes through
 *
 * <pre>
 * event \ state   OUT        WAITING                        NOTIFIED (with what)
 * add             WAITING    -                              -
 * notified        -          NOTIFIED, out of the list      -
 * taken           -          -                              OUT: the owner has what it waited for
 * given up        same       OUT, out of the list; O(1)     OUT: the owner passes on what it was given
 * </pre>
 *
 * <p>The list is a lock and guarded by itself, between {@link #lock()} and {@link #unlock()}. It is held for a few
 * instructions, never while anything is woken: who notifies collects {@link Wakes} and wakes them after {@code unlock}.
 * Whether a waiter was notified is read without the lock. A waiter that is in no list may be added to another.
 *
 * <p>A state is written by a release, which is all it needs: the owner's look for what it waits for, and the look of who
 * notifies for those who wait, are ordered by the lock, and the wake that follows a notification orders the rest. Fences
 * in their place were a fifth of what a {@link Watch} takes to tell its watchers.
 */
final class WaitList extends SpinLock {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Waiter.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Waiter first;
    private @Nullable Waiter last;

    /** Notifies all who wait and wakes them. Takes the lock. */
    void tellAll(int what) {
        Wakes wakes = new Wakes();
        note(what, wakes);
        wakeAll(what, wakes);
    }

    /** Notifies all who wait, as far as there is memory to note their wakers. Takes the lock. */
    void note(int what, Wakes wakes) {
        lock();
        try {
            notifyAll(what, wakes);
        } finally {
            unlock();
        }
    }

    /**
     * Wakes those that {@link #notifyAll} has notified; if there was no memory to note all of them, then the others, and
     * with them those who have come in between. Takes the lock.
     */
    void wakeAll(int what, Wakes wakes) {
        while (wakes.wake()) {
            note(what, wakes);
        }
    }

    /** Lets a waiter go whose owner has given up and was given nothing that others could use. Takes the lock. */
    void leave(Waiter waiter) {
        lock();
        try {
            giveUp(waiter);
        } finally {
            unlock();
        }
    }

    // ---- under the lock ----

    boolean isEmpty() {
        return first == null;
    }

    @Nullable Waiter first() {
        return first;
    }

    @Nullable Waiter last() {
        return last;
    }

    /** Puts a waiter behind all others. */
    void add(Waiter waiter, Waker waker) {
        waiter.waker = waker;
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        put(waiter, Waiter.WAITING);
    }

    /** Takes a waiting waiter out and tells it so. Its waker is to be woken after the lock. */
    Waker notify(Waiter waiter, int what) {
        Waker waker = Objects.requireNonNull(waiter.waker);
        remove(waiter);
        put(waiter, what); // last: from here on the waiter is its owner's again
        return waker;
    }

    /** Notifies all who wait, as far as there is memory to note their wakers: the others stay. */
    void notifyAll(int what, Wakes wakes) {
        for (Waiter waiter = first; waiter != null && wakes.hasRoom(); waiter = first) {
            wakes.add(notify(waiter, what));
        }
    }

    /** Takes out a waiter whose owner has given up. Does nothing to one that does not wait. */
    void giveUp(Waiter waiter) {
        if (waiter.state == Waiter.WAITING) {
            remove(waiter);
            put(waiter, Waiter.OUT);
        }
    }

    private void remove(Waiter waiter) {
        Waiter previous = waiter.previous;
        Waiter next = waiter.next;
        if (previous == null) {
            first = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previous = previous;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.waker = null;
    }

    private static void put(Waiter waiter, int state) {
        STATE.setRelease(waiter, state);
    }

    /** One who waits. Links, need and waker are guarded by the list's lock; the state is read without. */
    static final class Waiter {
        static final int OUT = 0;
        static final int WAITING = 1;
        /** Notified: has got what it waited for. */
        static final int GRANTED = 2;
        /** Notified: will never get it. */
        static final int REFUSED = 3;

        private volatile int state;
        private @Nullable Waker waker;
        private @Nullable Waiter previous;
        private @Nullable Waiter next;

        /** How much it waits for, set by the owner before it is added. */
        int need = 1;

        int state() {
            return state;
        }

        boolean isWaiting() {
            return state == WAITING;
        }

        /** Owner, of a notified waiter: may be added again. */
        void reset() {
            put(this, OUT);
        }

        /**
         * Owner: sees to it that the waker of this poll is the one that will be woken.
         *
         * @return false if the waiter does not wait any more
         */
        boolean keepWaiting(WaitList list, Waker now) {
            if (waker == now) { // only the owner sets it; when it is gone the state tells
                return state == WAITING;
            }
            list.lock();
            try {
                if (state != WAITING) {
                    return false;
                }
                waker = now;
                return true;
            } finally {
                list.unlock();
            }
        }
    }

    /**
     * Wakers noted under a lock, to be woken after it, in order. Room is made before a waiter is notified, as there may
     * be no memory for it, and who was notified and is not woken waits for ever. Without memory there is room for one.
     */
    static class Wakes {
        private static final @Nullable Waker[] NONE = {};
        private static final int FEW = 8;

        private @Nullable Waker one;
        private @Nullable Waker[] more = NONE;
        private int count;
        private boolean cutShort;
        private @Nullable Throwable failure;

        /** Makes room for one more; false if there is none until those that are here have been woken. */
        final boolean hasRoom() {
            if (one == null || count < more.length) {
                return true;
            }
            try {
                makeRoom(count + 1);
                return true;
            } catch (OutOfMemoryError none) {
                cutShort = true;
                return false;
            }
        }

        /** Makes room for so many beside one. */
        void makeRoom(int n) {
            if (n > more.length) {
                more = Arrays.copyOf(more, Math.max(FEW, Math.max(n, 2 * more.length)));
            }
        }

        final void add(Waker waker) {
            if (one == null) {
                one = waker;
            } else {
                more[count++] = waker;
            }
        }

        /**
         * Wakes all, also when one of them throws; what the first has thrown is thrown at the end.
         *
         * @return true if there was no room for somebody, who may now be added: this is not the end
         */
        final boolean wake() {
            wake(one);
            one = null;
            for (int i = 0; i < count; i++) {
                wake(more[i]);
                more[i] = null;
            }
            count = 0;
            boolean goOn = cutShort;
            cutShort = false;
            if (!goOn) {
                FirstFailure.rethrow(failure);
            }
            return goOn;
        }

        private void wake(@Nullable Waker waker) {
            if (waker != null) {
                failure = FirstFailure.wake(waker, failure); // nobody else will wake the others
            }
        }
    }
}
