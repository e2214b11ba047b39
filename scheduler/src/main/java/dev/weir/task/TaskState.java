package dev.weir.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The life of a task, and the list of those who wait for its end. Each transition is a verb that tells the caller
 * what it must now do.
 *
 * <pre>
 * event \ state           IDLE               SCHEDULED                     RUNNING        COMPLETE
 * toNotified (wake)       SCHEDULED, submit  same                          SCHEDULED      same
 * toRunning (worker)      -                  RUNNING, poll (close if C)    -              -
 * toIdle ("not yet")      -                  same, submit (close if C)     IDLE           -
 * toComplete              -                  COMPLETE                      COMPLETE       -
 * toCancelled             SCHEDULED+C,submit +C                            SCHEDULED+C    same
 * toRefused (scheduler)   -                  IDLE                          -              -
 * </pre>
 *
 * <p>SCHEDULED says that one more poll is owed. Where the task is then, in a queue or still in the poll before, only its
 * holder need know, and a task that yields goes from poll to queue without an exchange. C is a flag beside the life. "-"
 * cannot happen and throws. A cancelled task is SCHEDULED until it ends, so it never goes idle, unless its scheduler has
 * no memory to take it: that fails the wake or the cancel, and the next is as the first. Every transition that
 * another thread may ask for is a read-modify-write, also one that changes nothing: what a waker wrote before it is
 * then visible to the next poll (T2).
 *
 * <p>The state is a superclass of the task rather than a part of it so that a task is one object.
 */
abstract class TaskState {
    static final int IDLE = 0;
    static final int SCHEDULED = 1;
    static final int RUNNING = 2;
    static final int COMPLETE = 3;
    static final int LIFE = 3;
    static final int CANCELLED = 4;

    /** What the worker that took the task must do. */
    enum OnRun {
        POLL,
        CLOSE
    }

    /** What the worker must do after a poll that said "not yet". */
    enum OnPending {
        NOTHING,
        SUBMIT,
        CLOSE
    }

    /** So many joiners are looked at one by one. */
    private static final int FEW = 4;

    private static final VarHandle STATE;
    private static final VarHandle JOINERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(TaskState.class, "state", int.class);
            JOINERS = lookup.findVarHandle(TaskState.class, "joiners", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state;

    /** Who waits for the end. Nobody: null. One: its waker. More: a stack of them. Woken: {@link Joiner#CLOSED}. */
    private volatile @Nullable Object joiners;

    /** Creates a state for a task that its creator is about to submit. */
    TaskState() {
        this(SCHEDULED);
    }

    TaskState(int state) {
        STATE.set(this, state);
    }

    /** A wake. True: submit the task. */
    final boolean toNotified() {
        for (; ; ) {
            int seen = state;
            if ((seen & LIFE) == COMPLETE) {
                return false;
            }
            if (STATE.compareAndSet(this, seen, SCHEDULED | (seen & CANCELLED))) {
                return (seen & LIFE) == IDLE;
            }
        }
    }

    /** A worker takes the task from a queue. */
    final OnRun toRunning() {
        for (; ; ) {
            int seen = state;
            require((seen & LIFE) == SCHEDULED, "toRunning", seen);
            if ((seen & CANCELLED) != 0) {
                return OnRun.CLOSE; // stays owed: no wake or cancel can take the task from its worker
            }
            if (STATE.compareAndSet(this, seen, RUNNING)) {
                return OnRun.POLL;
            }
        }
    }

    /** A poll said "not yet". */
    final OnPending toIdle() {
        for (; ; ) {
            int seen = state;
            if ((seen & LIFE) == SCHEDULED) { // nobody but the next toRunning changes that
                return (seen & CANCELLED) != 0 ? OnPending.CLOSE : OnPending.SUBMIT;
            }
            require((seen & LIFE) == RUNNING, "toIdle", seen);
            if (STATE.compareAndSet(this, seen, IDLE)) {
                return OnPending.NOTHING;
            }
        }
    }

    /** The task has ended and its outcome is written: wakes those who wait for it, all of them, though one may throw. */
    final void toComplete() {
        for (; ; ) {
            int seen = state;
            int life = seen & LIFE;
            require(life == RUNNING || life == SCHEDULED, "toComplete", seen);
            if (STATE.compareAndSet(this, seen, COMPLETE | (seen & CANCELLED))) {
                break;
            }
        }
        // Partner of addJoiner, which adds and then looks at the state: one of the two sees the other.
        if (joiners != null) {
            wakeAll(JOINERS.getAndSet(this, Joiner.CLOSED), null);
        }
    }

    /** A request to cancel. True: submit the task, so that a worker closes it. */
    final boolean toCancelled() {
        for (; ; ) {
            int seen = state;
            if ((seen & LIFE) == COMPLETE) {
                return false;
            }
            if (STATE.compareAndSet(this, seen, SCHEDULED | CANCELLED)) {
                return (seen & LIFE) == IDLE;
            }
        }
    }

    /**
     * The scheduler has thrown on what it was to take. Wakes that relied on that one are lost with it; a cancel that did
     * is done with the next wake, or by the end of the runtime.
     */
    final void toRefused() {
        for (; ; ) {
            int seen = state;
            require((seen & LIFE) == SCHEDULED, "toRefused", seen);
            if (STATE.compareAndSet(this, seen, IDLE | (seen & CANCELLED))) {
                return;
            }
        }
    }

    /** True once the outcome may be read; partner of {@link #toComplete()}. */
    final boolean isComplete() {
        return (state & LIFE) == COMPLETE;
    }

    final boolean isCancelRequested() {
        return (state & CANCELLED) != 0;
    }

    /**
     * Adds a waker to be woken at the end. One that is added again and again, as by polls, may be woken more than once.
     *
     * @return false if the task has ended already: nobody will wake it
     */
    final boolean addJoiner(Waker waker) {
        Object head;
        Object more;
        do {
            head = joiners;
            if (isComplete() || head == Joiner.CLOSED) {
                return false;
            }
            if (isAmongLatest(waker, head)) {
                return true;
            }
            more = Joiner.with(waker, isToBeSwept(head) ? swept(head) : head);
        } while (!JOINERS.compareAndSet(this, head, more));
        if (!isComplete()) {
            return true;
        }
        // The end may have looked before this joiner was there. Whoever empties the list wakes those in it.
        Object left = JOINERS.getAndSet(this, Joiner.CLOSED);
        wakeAll(left, waker);
        return left == Joiner.CLOSED;
    }

    /** Undoes {@link #addJoiner}, for those who give up before the end. */
    final void removeJoiner(Waker waker) {
        for (; ; ) {
            Object head = joiners;
            if (head == Joiner.CLOSED || JOINERS.compareAndSet(this, head, without(waker, head))) {
                return;
            }
        }
    }

    private static boolean isAmongLatest(Waker waker, @Nullable Object head) {
        Object at = head;
        for (int i = 0; i < FEW && at != null; i++) {
            if (Joiner.wakerAt(at) == waker) {
                return true;
            }
            at = Joiner.after(at);
        }
        return false;
    }

    /** Each time it has doubled, so that a sweep costs those who were added since no more than a step each. */
    private static boolean isToBeSwept(@Nullable Object head) {
        int depth = Joiner.depth(head);
        return depth >= FEW && (depth & (depth - 1)) == 0;
    }

    /** Tasks may come, wait a while and go by the thousand while this one runs on; or wait, and poll by the thousand. */
    private static @Nullable Object swept(@Nullable Object head) {
        Set<Waker> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Object kept = null;
        for (Object at = head; at != null; at = Joiner.after(at)) {
            Waker each = Joiner.wakerAt(at);
            if (!isStale(each) && seen.add(each)) {
                kept = Joiner.with(each, kept);
            }
        }
        return 2 * Joiner.depth(kept) <= Joiner.depth(head) ? kept : head;
    }

    private static @Nullable Object without(Waker waker, @Nullable Object head) {
        Object kept = null;
        for (Object at = head; at != null; at = Joiner.after(at)) {
            Waker each = Joiner.wakerAt(at);
            if (each != waker && !isStale(each)) {
                kept = Joiner.with(each, kept);
            }
        }
        return kept;
    }

    private static void wakeAll(@Nullable Object head, @Nullable Waker except) {
        if (head == Joiner.CLOSED) {
            return;
        }
        Throwable failure = null;
        for (Object at = head; at != null; at = Joiner.after(at)) {
            Waker each = Joiner.wakerAt(at);
            if (each != except) {
                failure = FirstFailure.wake(each, failure); // nobody else will wake the others
            }
        }
        FirstFailure.rethrow(failure);
    }

    /**
     * Whether it is a task that has itself ended, a future that was cancelled or timed out, or a child of what is closed:
     * a wake would do nothing. A child of what is open is not stale, though the task that polled it has ended: another may
     * poll it, and would not be told.
     */
    private static boolean isStale(Waker waker) {
        if (waker instanceof ReadySet.ChildWaker child) {
            return child.isRetired();
        }
        return waker instanceof Task.Stage<?> stage
                ? stage.isDone()
                : waker instanceof TaskState task && task.isComplete();
    }

    private static void require(boolean legal, String verb, int seen) {
        if (!legal) {
            throw new IllegalStateException(verb + " from " + describe(seen) + " is not a transition of a task");
        }
    }

    static String describe(int state) {
        String life = switch (state & LIFE) {
            case IDLE -> "IDLE";
            case SCHEDULED -> "SCHEDULED";
            case RUNNING -> "RUNNING";
            default -> "COMPLETE";
        };
        return (state & CANCELLED) == 0 ? life : life + "+CANCELLED";
    }

    /** For tests that place a task in any state of the table. */
    final int state() {
        return state;
    }

    /** For tests that look for joiners left behind. */
    final int joinerCount() {
        Object head = joiners;
        return head == Joiner.CLOSED ? 0 : Joiner.depth(head);
    }

    @Override
    public String toString() {
        return describe(state);
    }

    /** One of several who wait for the end, and a view of a single waker as a stack of one. */
    private static final class Joiner {
        static final Joiner CLOSED = new Joiner(Waker.noop(), Waker.noop());

        private final Waker waker;
        private final Object next;
        private final int depth;

        private Joiner(Waker waker, Object next) {
            this.waker = waker;
            this.next = next;
            this.depth = depth(next) + 1;
        }

        static int depth(@Nullable Object at) {
            return at instanceof Joiner joiner ? joiner.depth : at == null ? 0 : 1;
        }

        static Object with(Waker waker, @Nullable Object rest) {
            return rest == null ? waker : new Joiner(waker, rest);
        }

        static Waker wakerAt(Object at) {
            return at instanceof Joiner joiner ? joiner.waker : (Waker) at;
        }

        static @Nullable Object after(Object at) {
            return at instanceof Joiner joiner ? joiner.next : null;
        }
    }
}
