package dev.weir.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The life of a task, and the list of those who wait for its end. Each transition is a verb that tells the caller
 * what it must now do.
 *
 * <pre>
 * event \ state           IDLE               SCHEDULED      RUNNING        RUNNING+NOTIFIED        COMPLETE
 * toNotified (wake)       SCHEDULED, submit  same           +NOTIFIED      same                    same
 * toRunning (worker)      -                  RUNNING, poll (close if C)    -            -          -
 * toIdle ("not yet")      -                  -              IDLE           SCHEDULED, submit       -
 *                                                                          (RUNNING, close if C)
 * toComplete              -                  -              COMPLETE       COMPLETE                -
 * toCancelled             SCHEDULED+C,submit +C             +C +NOTIFIED   +C                      same
 * </pre>
 *
 * <p>C is a flag beside the life. "-" cannot happen and throws. RUNNING+C always has NOTIFIED, so a cancelled task never
 * goes idle. Every transition is a read-modify-write, also one that changes nothing: what a waker wrote before it is
 * then visible to the next poll (T2).
 *
 * <p>The state is a superclass of the task rather than a part of it so that a task is one object.
 */
abstract class TaskState {
    static final int IDLE = 0;
    static final int SCHEDULED = 1;
    static final int RUNNING = 2;
    static final int NOTIFIED = 3;
    static final int COMPLETE = 4;
    static final int LIFE = 7;
    static final int CANCELLED = 8;

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

    private static final VarHandle STATE;
    private static final VarHandle JOINERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(TaskState.class, "state", int.class);
            JOINERS = lookup.findVarHandle(TaskState.class, "joiners", Joiner.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state;
    private volatile @Nullable Joiner joiners;

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
            int next = switch (seen & LIFE) {
                case IDLE -> SCHEDULED | (seen & CANCELLED);
                case RUNNING -> NOTIFIED | (seen & CANCELLED);
                default -> seen;
            };
            if ((seen & LIFE) == COMPLETE) {
                return false;
            }
            if (STATE.compareAndSet(this, seen, next)) {
                return (seen & LIFE) == IDLE;
            }
        }
    }

    /** A worker takes the task from a queue. */
    final OnRun toRunning() {
        for (; ; ) {
            int seen = state;
            require((seen & LIFE) == SCHEDULED, "toRunning", seen);
            boolean cancelled = (seen & CANCELLED) != 0;
            int next = cancelled ? NOTIFIED | CANCELLED : RUNNING;
            if (STATE.compareAndSet(this, seen, next)) {
                return cancelled ? OnRun.CLOSE : OnRun.POLL;
            }
        }
    }

    /** A poll said "not yet". */
    final OnPending toIdle() {
        for (; ; ) {
            int seen = state;
            int life = seen & LIFE;
            require(life == RUNNING || life == NOTIFIED, "toIdle", seen);
            if ((seen & CANCELLED) != 0) {
                return OnPending.CLOSE; // stays running: no wake or cancel can take the task from its worker
            }
            if (STATE.compareAndSet(this, seen, life == RUNNING ? IDLE : SCHEDULED)) {
                return life == RUNNING ? OnPending.NOTHING : OnPending.SUBMIT;
            }
        }
    }

    /** The task has ended and its outcome is written: wakes those who wait for it. */
    final void toComplete() {
        for (; ; ) {
            int seen = state;
            int life = seen & LIFE;
            require(life == RUNNING || life == NOTIFIED, "toComplete", seen);
            if (STATE.compareAndSet(this, seen, COMPLETE | (seen & CANCELLED))) {
                break;
            }
        }
        for (Joiner j = (Joiner) JOINERS.getAndSet(this, Joiner.CLOSED); j != null; j = j.next) {
            j.waker.wake();
        }
    }

    /** A request to cancel. True: submit the task, so that a worker closes it. */
    final boolean toCancelled() {
        for (; ; ) {
            int seen = state;
            int next = switch (seen & LIFE) {
                case IDLE, SCHEDULED -> SCHEDULED | CANCELLED;
                case RUNNING, NOTIFIED -> NOTIFIED | CANCELLED;
                default -> seen;
            };
            if ((seen & LIFE) == COMPLETE) {
                return false;
            }
            if (STATE.compareAndSet(this, seen, next)) {
                return (seen & LIFE) == IDLE;
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
     * Adds a waker to be woken at the end.
     *
     * @return false if the task has ended already: nobody will wake it
     */
    final boolean addJoiner(Waker waker) {
        for (; ; ) {
            Joiner head = joiners;
            if (head == Joiner.CLOSED) {
                return false;
            }
            int balance = 0;
            for (Joiner j = head; j != null; j = j.next) {
                if (j.waker == waker) {
                    return true;
                }
                balance += j.isStale() ? 1 : -1;
            }
            // Tasks may come, wait a while and go by the thousand while this one runs on.
            Joiner rest = balance > 0 ? without(waker, head) : head;
            if (JOINERS.compareAndSet(this, head, new Joiner(waker, rest))) {
                return true;
            }
        }
    }

    /** Undoes {@link #addJoiner}, for those who give up before the end. */
    final void removeJoiner(Waker waker) {
        for (; ; ) {
            Joiner head = joiners;
            if (head == Joiner.CLOSED || JOINERS.compareAndSet(this, head, without(waker, head))) {
                return;
            }
        }
    }

    private static @Nullable Joiner without(Waker waker, @Nullable Joiner head) {
        Joiner kept = null;
        for (Joiner j = head; j != null; j = j.next) {
            if (j.waker != waker && !j.isStale()) {
                kept = new Joiner(j.waker, kept);
            }
        }
        return kept;
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
            case NOTIFIED -> "RUNNING+NOTIFIED";
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
        int count = 0;
        for (Joiner j = joiners; j != null && j != Joiner.CLOSED; j = j.next) {
            count++;
        }
        return count;
    }

    @Override
    public String toString() {
        return describe(state);
    }

    /** Who waits for the end: a stack, closed for good by the end itself. */
    private static final class Joiner {
        static final Joiner CLOSED = new Joiner(Waker.noop(), null);

        final Waker waker;
        final @Nullable Joiner next;

        Joiner(Waker waker, @Nullable Joiner next) {
            this.waker = waker;
            this.next = next;
        }

        /** Whether it is a task that has itself ended: a wake would do nothing. */
        boolean isStale() {
            return waker instanceof TaskState task && task.isComplete();
        }
    }
}
