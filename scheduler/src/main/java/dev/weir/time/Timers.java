package dev.weir.time;

import dev.weir.spin.Spin;
import dev.weir.task.FirstFailure;
import dev.weir.task.Waker;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one driver: a {@linkplain TimerWheel wheel}, and in front of it lists of what changed. Deadlines are
 * nanoseconds of the clock, compared by subtraction, so they must lie within 2<sup>63</sup> of the present; they are
 * rounded up to whole quarters of a millisecond since the start, so nothing fires early. All methods may be called from any thread.
 *
 * <pre>{@code
 * Timers timers = cx.service(Timers.class); // those of the driver at hand
 * Timer timer = timers.schedule(deadline, cx.waker());
 * }</pre>
 *
 * <p>Whoever waits in the driver (the sleeper) asks {@link #nanosUntilNext} before it waits and calls {@link #awake()}
 * and {@link #fire()} afterwards. A timer that comes in meanwhile and cannot wait so long wakes the sleeper; any other insert costs it
 * nothing.
 *
 * <p>Who inserts, moves or cancels a timer puts it into one of several {@linkplain Arrivals lists}, one exchange on a line
 * that is mostly his own, and looks at the plan of the sleeper. The wheel is behind a lock that is taken to look into it;
 * the lists are emptied first. A timer that was cancelled before that never gets into the wheel. Who finds many pending
 * timers in a list while nobody looks empties the lists himself, if nobody is at the wheel. No waker is woken while a
 * lock is held, and the lists' are held for a few instructions; who finds one held goes to the next.
 *
 * <p>No timer is overslept: who pushes one locks a list, <em>then</em> reads the plan; the sleeper writes a plan that all
 * push against, <em>then</em> looks whether a list is locked or has something. All of these are volatile.
 */
public final class Timers {
    static final long TICK_NANOS = 250_000;

    private static final long LAST_TICK = Long.MAX_VALUE / TICK_NANOS;
    private static final int BATCH = 32;
    /** Lists of arrivals: a power of two, more than there are threads that use the timers of one driver at one time. */
    private static final int LISTS = Runtime.getRuntime().availableProcessors() > 2 ? 8 : 4;

    /** The plan of a sleeper that is awake: it looks by itself before it sleeps again. */
    private static final long AWAKE = Long.MIN_VALUE;

    private final Clock clock;
    private final Waker onEarlier;
    private final int batch;
    private final long start;
    /** What is to be looked at; a thread puts it into the list of its number, or if that is locked into the next. */
    private final Arrivals[] lists = new Arrivals[LISTS];
    /** The tick at which the sleeper will look by itself, as far as it knows or was told. */
    private final AtomicLong plan = new AtomicLong(AWAKE);

    private final ReentrantLock lock = new ReentrantLock();
    private final TimerWheel<Alarm> wheel = new TimerWheel<>();
    /** When the wheel has something to do; written under the lock. */
    private volatile long nextTick = TimerWheel.NEVER;
    /** Under the lock. */
    private boolean closed;

    /**
     * Creates an empty set of timers.
     *
     * @param clock where the time comes from
     * @param onEarlier ends the sleeper's wait, so that it asks {@link #nanosUntilNext} again
     */
    public Timers(Clock clock, Waker onEarlier) {
        this(clock, onEarlier, BATCH);
    }

    /** As above; at most so many timers fire each time the lock is taken. */
    Timers(Clock clock, Waker onEarlier, int batch) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.onEarlier = Objects.requireNonNull(onEarlier, "onEarlier");
        this.batch = batch;
        this.start = clock.nanos();
        Arrays.setAll(lists, i -> new Arrivals());
    }

    // ---- for everybody ----

    /**
     * Adds a timer, in O(1). One whose deadline has passed fires with the next {@link #fire()}.
     *
     * @param deadlineNanos by the clock of these timers
     * @param waker woken once, at the deadline or at the shutdown, unless the timer is cancelled before
     * @throws IllegalStateException after {@link #close()}
     */
    public Timer schedule(long deadlineNanos, Waker waker) {
        Timer timer = new Timer(this);
        timer.arm(this, tickOf(deadlineNanos), Objects.requireNonNull(waker, "waker"));
        return timer;
    }

    /** Puts a timer on a list; false if these are closed, which ends all that are pending. */
    boolean push(Alarm timer) {
        Arrivals list = lockOne();
        boolean many;
        try {
            if (list.isClosed()) {
                return false;
            }
            many = list.add(timer);
        } finally {
            list.unlock();
        }
        if (many && lock.tryLock()) {
            try {
                emptyLists();
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    /** Locks a list: that of this thread, or another, if somebody is there. */
    Arrivals lockOne() {
        int own = (int) Thread.currentThread().getId();
        for (int i = 0; ; i++) {
            Arrivals list = lists[(own + i) & (LISTS - 1)];
            if (list.tryLock()) {
                return list;
            }
            Spin.pause(this, i);
        }
    }

    /** Wakes the sleeper if it would sleep beyond this tick and was not told before. */
    void tell(long tick) {
        long planned = plan.get();
        while (tick < planned) {
            if (plan.compareAndSet(planned, tick)) {
                onEarlier.wake();
                return;
            }
            planned = plan.get();
        }
    }

    /** Returns the time by the clock of these timers. */
    long now() {
        return clock.nanos();
    }

    /** Returns the number of pending timers; an estimate while others insert and cancel. */
    public int size() {
        lock.lock();
        try {
            emptyLists();
            return wheel.size();
        } finally {
            lock.unlock();
        }
    }

    // ---- for who drives ----

    /** As {@link #nanosUntilNext(long)}, for a sleeper without a limit. */
    public long nanosUntilNext() {
        return nanosUntilNext(Long.MAX_VALUE);
    }

    /**
     * Returns how long the sleeper may wait: 0 if a timer is due, {@code atMost} if there is none before. The answer may
     * fall short of the earliest deadline when that is far away; {@link #fire()} then fires nothing and the next answer
     * is closer.
     *
     * <p>Only for the sleeper: it is not told of timers that can wait until then.
     *
     * @param atMost how long it would wait anyway, in nanoseconds; {@link Long#MAX_VALUE} for ever
     */
    public long nanosUntilNext(long atMost) {
        long age = age(clock.nanos());
        long limit = age > Long.MAX_VALUE - atMost ? TimerWheel.NEVER : (age + atMost) / TICK_NANOS;
        long next;
        lock.lock();
        try {
            plan.set(TimerWheel.NEVER); // before the lists are emptied: who pushes after that tells
            emptyLists();
            next = wheel.nextTick();
            // who has told in between has also ended the wait that now begins
            plan.compareAndSet(TimerWheel.NEVER, Math.min(next, limit));
        } finally {
            lock.unlock();
        }
        return next == TimerWheel.NEVER ? atMost : Math.min(atMost, Math.max(0, next * TICK_NANOS - age));
    }

    /** The sleeper no longer waits: until it asks again, nobody need wake it. */
    public void awake() {
        plan.lazySet(AWAKE); // who does not see it yet wakes for nothing
    }

    /**
     * Wakes the wakers of all timers whose deadline has come, in the order of their deadlines. Those added during the
     * call may be left to the next one.
     *
     * @return how many timers fired
     */
    public int fire() {
        long tick = age(clock.nanos()) / TICK_NANOS;
        if (areListsEmpty() && tick < nextTick) {
            return 0;
        }
        int left;
        lock.lock();
        try {
            emptyLists();
            wheel.advance(tick);
            left = wheel.due();
            nextTick = wheel.nextTick();
        } finally {
            lock.unlock();
        }
        return wake(left);
    }

    /**
     * Wakes the waker of one timer whose deadline has come, the earliest, and of those that share its tick the one that
     * is chosen: for a simulator, to which any order among equals is as good as another.
     *
     * @param choice is given how many they are, at least 1, and answers with a number below that. Called under the lock
     * @return false if no timer is due
     */
    public boolean fireOne(IntUnaryOperator choice) {
        long tick = age(clock.nanos()) / TICK_NANOS;
        Waker waker = null;
        while (waker == null) {
            lock.lock();
            try {
                emptyLists();
                wheel.advance(tick);
                int equals = wheel.firstDue();
                if (equals == 0) {
                    nextTick = wheel.nextTick();
                    return false;
                }
                waker = fire(wheel.takeDue(choice.applyAsInt(equals)), wheel.now());
                nextTick = wheel.nextTick();
            } finally {
                lock.unlock();
            }
        }
        waker.wake();
        return true;
    }

    /** Ends a timer that was taken, unless it was moved; its waker is null if it was, or was cancelled. */
    private @Nullable Waker fire(Alarm timer, long now) {
        Waker waker = timer.fire(now);
        if (waker == null && timer.isPending()) {
            wheel.insert(timer);
        }
        return waker;
    }

    /**
     * Shuts down: accepts no more timers and wakes the wakers of those that are pending, which have not fired then. To
     * poll what waits for one of them fails from now on. Idempotent.
     */
    public void close() {
        int left;
        lock.lock();
        try {
            closed = true;
            for (Arrivals list : lists) {
                file(list.close());
            }
            wheel.expireAll(LAST_TICK);
            left = wheel.due();
        } finally {
            lock.unlock();
        }
        wake(left);
    }

    /** In batches, so that the lock is not held while wakers run; bounded, though wakers may add timers. */
    private int wake(int left) {
        int fired = 0;
        Throwable failure = null;
        for (int rest = left; rest > 0; rest -= batch) {
            @Nullable Waker[] wakers = new @Nullable Waker[Math.min(batch, rest)];
            take(wakers);
            for (Waker waker : wakers) {
                if (waker != null) {
                    failure = FirstFailure.wake(waker, failure); // nobody else will wake the others
                    fired++;
                }
            }
        }
        FirstFailure.rethrow(failure);
        return fired;
    }

    /** Ends as many due timers as there is room for their wakers; none of a timer that was cancelled or moved. */
    private void take(@Nullable Waker[] wakers) {
        lock.lock();
        try {
            long now = wheel.now();
            for (int i = 0; i < wakers.length && wheel.due() > 0; i++) {
                Alarm timer = wheel.takeDue();
                wakers[i] = closed ? timer.shutDown() : timer.fire(now);
                if (wakers[i] == null && timer.isPending()) {
                    wheel.insert(timer);
                }
            }
            nextTick = wheel.nextTick();
        } finally {
            lock.unlock();
        }
    }

    private boolean areListsEmpty() {
        for (Arrivals list : lists) {
            if (!list.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    // ---- under the lock ----

    private void emptyLists() {
        boolean changed = false;
        for (Arrivals list : lists) {
            if (!list.isEmpty()) {
                file(list.takeAll());
                changed = true;
            }
        }
        if (changed) {
            nextTick = wheel.nextTick();
        }
    }

    private void file(@Nullable Alarm[] arrived) {
        for (Alarm timer : arrived) {
            if (timer == null) {
                return;
            }
            boolean pending = timer.unlist();
            if (timer.isFiled()) {
                wheel.remove(timer);
            }
            if (pending) {
                wheel.insert(timer);
            }
        }
    }

    // ---- arithmetic ----

    static IllegalStateException shutDown() {
        return new IllegalStateException("the timers were shut down with their runtime: nothing can be awaited");
    }

    long tickOf(long deadlineNanos) {
        return tickOf(deadlineNanos, clock.nanos());
    }

    long tickOf(long deadlineNanos, long now) {
        return tickAt(age(now), deadlineNanos - now);
    }

    /** The tick, rounded up, at which so much time is left no more; the present one if none is left. */
    static long tickAt(long age, long left) {
        if (left <= 0) {
            return age / TICK_NANOS;
        }
        long at = age + left;
        if (at < 0) {
            return LAST_TICK; // the sum overflowed: in 292 years
        }
        return Math.min(LAST_TICK, at / TICK_NANOS + (at % TICK_NANOS == 0 ? 0 : 1));
    }

    /** Nanoseconds since the start. */
    private long age(long now) {
        return Math.max(0, now - start);
    }
}
