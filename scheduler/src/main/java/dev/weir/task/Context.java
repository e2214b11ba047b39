package dev.weir.task;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a poll may use: the waker to register, the budget to charge, and the services of the {@link Host}. Valid during
 * the poll it is passed to and on that thread only; the {@linkplain #waker() waker} may be kept.
 */
public final class Context {
    private static final ThreadLocal<@Nullable Context> CURRENT = new ThreadLocal<>();
    /** The task of a thread without a context, which may block. */
    private static final ThreadLocal<@Nullable TaskInfo> ASIDE = new ThreadLocal<>();

    private final Turn turn;
    private final Budget budget;
    /** Null: that of the task. */
    private @Nullable Waker ownWaker;

    /** The task of the thread apart from this context. */
    private @Nullable TaskInfo beside;
    /** What the thread had bound before it began to poll. */
    private Surroundings.@Nullable Scope hidden;

    /**
     * Creates the context with which a host polls.
     *
     * @param host who polls
     * @param budget operations a turn, at least 1
     */
    public Context(Host host, int budget) {
        this(new Turn(Objects.requireNonNull(host, "host")), new Budget(budget), null);
    }

    private Context(Turn turn, Budget budget, @Nullable Waker ownWaker) {
        this.turn = turn;
        this.budget = budget;
        this.ownWaker = ownWaker;
    }

    /** Returns the context of the host that runs on the calling thread, or null on a thread that polls nothing. */
    public static @Nullable Context current() {
        return CURRENT.get();
    }

    /** Returns the task that the calling thread is in, or null. */
    static @Nullable TaskInfo currentTask() {
        Context cx = CURRENT.get();
        return cx != null ? cx.turn.present.info : ASIDE.get();
    }

    /** Says that the calling thread is in a task from now on, or in none, and returns what was so before. */
    static @Nullable TaskInfo exchangeTask(@Nullable TaskInfo task) {
        Context cx = CURRENT.get();
        TaskInfo before;
        if (cx != null) {
            before = cx.turn.present.info;
            cx.turn.present.info = task;
        } else {
            before = ASIDE.get();
            if (task == null) {
                ASIDE.remove(); // the thread may be anybody's
            } else {
                ASIDE.set(task);
            }
        }
        return before;
    }

    /** Makes this context {@linkplain #current() current} on the calling thread until {@link #leave()}. */
    public void enter() {
        if (CURRENT.get() != null) {
            throw new IllegalStateException("thread " + Thread.currentThread().getName() + " is already polling: run"
                    + " blocking work with spawnBlocking, or await the result by polling it");
        }
        CURRENT.set(this);
        hidden = TaskLocal.hide();
    }

    /** Undoes {@link #enter()}. */
    public void leave() {
        CURRENT.set(null); // no more than a look leaves behind, and to remove it makes the next look add it again
        if (hidden != null) {
            hidden.leave();
            hidden = null;
        }
    }

    /**
     * Lets the calling thread block in the midst of a poll: until {@link #resume()} it polls nothing, but is still in
     * its task and keeps what is bound there.
     */
    public void pause() {
        TaskInfo task = turn.present.info;
        CURRENT.set(null);
        beside = exchangeTask(task);
    }

    /** Undoes {@link #pause()}. */
    public void resume() {
        exchangeTask(beside);
        beside = null;
        CURRENT.set(this);
    }

    /** Returns the waker to register before reporting "not now". */
    public Waker waker() {
        return ownWaker != null ? ownWaker : turn.present.waker;
    }

    /** Returns a context that differs in its waker only, for polling one of many children. */
    public Context withWaker(Waker waker) {
        return new Context(turn, budget, Objects.requireNonNull(waker, "waker"));
    }

    /** As above, by means of a context that this method returned before, if it is of the same host and budget. */
    Context withWaker(Waker waker, @Nullable Context used) {
        if (used == null || used.turn != turn || used.budget != budget) {
            return withWaker(waker);
        }
        used.ownWaker = waker;
        return used;
    }

    /** Returns a context that differs in its budget only. */
    Context withBudget(Budget budget) {
        return new Context(turn, budget, ownWaker);
    }

    /**
     * Charges one operation. If the budget is used up it answers false and wakes the task, so that the caller may
     * report "not now" at once:
     *
     * <pre>{@code if (!cx.charge()) return null;}</pre>
     */
    public boolean charge() {
        if (budget.tryCharge()) {
            return true;
        }
        waker().wake();
        return false;
    }

    /**
     * Ends a step of a loop that pulls: charges for it unless a source has done so. If the budget is used up it answers
     * false and wakes the task, as {@link #charge()} does:
     *
     * <pre>{@code
     * do {
     *     T item = upstream.poll(cx);
     *     if (item == null || predicate.test(item)) {
     *         return item;
     *     }
     * } while (cx.mayGoOn());
     * return null;
     * }</pre>
     */
    public boolean mayGoOn() {
        if (budget.tryStep()) {
            return true;
        }
        waker().wake();
        return false;
    }

    public Budget budget() {
        return budget;
    }

    public Host host() {
        return turn.host;
    }

    /**
     * Returns a service of the host.
     *
     * @throws IllegalStateException if the host does not offer it
     */
    public <S> S service(Class<S> type) {
        S service = turn.host.service(type);
        if (service == null) {
            throw new IllegalStateException("no " + type.getName() + " here: " + turn.host + " does not offer it");
        }
        return service;
    }

    /** Returns the host's own value of a local, made on first use. */
    public <S> S local(HostLocal<S> local) {
        return turn.local(local);
    }

    /** Polls made through this context are this task's from now on. */
    void begin(Task<?> task) {
        Present present = turn.renewed();
        present.info = task;
        present.waker = task;
    }

    /** Undoes {@link #begin}, so that a worker does not keep its last task alive. */
    void end() {
        Present present = turn.present;
        present.info = null;
        present.waker = Waker.noop();
    }

    /**
     * What changes with each poll. Replaced before it grows old: into an old object the G1 collector stores a young
     * task at the price of a fence and a card that another thread reads.
     */
    private static final class Present {
        @Nullable TaskInfo info;

        Waker waker = Waker.noop();
    }

    /** What all contexts of one host share. */
    private static final class Turn {
        private static final int RENEWAL = 1024;

        final Host host;
        Present present = new Present();
        private int untilRenewal = RENEWAL;
        private @Nullable Object[] locals = new @Nullable Object[4];

        Turn(Host host) {
            this.host = host;
        }

        Present renewed() {
            if (--untilRenewal == 0) {
                untilRenewal = RENEWAL;
                renew();
            }
            return present;
        }

        private void renew() {
            try {
                present = new Present();
            } catch (OutOfMemoryError none) {
                // the old one will do: the task about to be polled must not be lost over it
            }
        }

        @SuppressWarnings("unchecked")
        <S> S local(HostLocal<S> key) {
            if (key.index >= locals.length) {
                locals = Arrays.copyOf(locals, key.index + 4);
            }
            Object value = locals[key.index];
            if (value == null) {
                value = Objects.requireNonNull(key.initial.get(), "initial value of a HostLocal");
                locals[key.index] = value;
            }
            return (S) value;
        }
    }
}
