package dev.weir.time;

import dev.weir.task.Waker;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The timers of one driver: a {@linkplain TimerWheel wheel} behind a lock. Deadlines are nanoseconds of the clock,
 * compared by subtraction, so they must lie within 2<sup>63</sup> of the present; they are rounded up to whole
 * milliseconds since the start, so nothing fires early. All methods may be called from any thread. No waker is woken
 * while the lock is held.
 *
 * <p>Whoever waits in the driver (the sleeper) asks {@link #nanosUntilNext()} before it waits and calls {@link #fire()}
 * afterwards. A timer that comes in meanwhile and cannot wait so long wakes the sleeper; any other insert costs it
 * nothing.
 */
public final class Timers {
    private static final long TICK_NANOS = 1_000_000;
    private static final long LAST_TICK = Long.MAX_VALUE / TICK_NANOS;
    private static final int BATCH = 32;
    private static final Waker[] NOBODY = {};

    private final Clock clock;
    private final Waker onEarlier;
    private final int batch;
    private final long start;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimerWheel wheel = new TimerWheel();
    /** The tick at which the sleeper will look by itself, as far as it knows or was told. */
    private long sleepsUntil = TimerWheel.NEVER;

    private boolean closed;

    /**
     * Creates an empty set of timers.
     *
     * @param clock where the time comes from
     * @param onEarlier ends the sleeper's wait, so that it asks {@link #nanosUntilNext()} again
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
    }

    /**
     * Adds a timer, in O(1). One whose deadline has passed fires with the next {@link #fire()}.
     *
     * @param deadlineNanos by the clock of these timers
     * @param waker woken once, at the deadline or at the shutdown, unless the timer is cancelled before
     * @throws IllegalStateException after {@link #close()}
     */
    public Timer schedule(long deadlineNanos, Waker waker) {
        Timer timer = new Timer(this, waker);
        long tick = tickOf(deadlineNanos);
        boolean earlier;
        lock.lock();
        try {
            if (closed) {
                throw shutDown();
            }
            wheel.insert(timer, tick);
            earlier = disturbs(timer.tick);
        } finally {
            lock.unlock();
        }
        if (earlier) {
            onEarlier.wake();
        }
        return timer;
    }

    /**
     * Returns how long the sleeper may wait: 0 if a timer is due, {@link Long#MAX_VALUE} if there is none. The answer
     * may fall short of the earliest deadline when that is far away; {@link #fire()} then fires nothing and the next
     * answer is closer.
     *
     * <p>Only for the sleeper: it is not told of timers that can wait until then.
     */
    public long nanosUntilNext() {
        long next;
        lock.lock();
        try {
            next = wheel.nextTick();
            sleepsUntil = next;
        } finally {
            lock.unlock();
        }
        return next == TimerWheel.NEVER ? Long.MAX_VALUE : Math.max(0, next * TICK_NANOS - age(clock.nanos()));
    }

    /**
     * Wakes the wakers of all timers whose deadline has come, in the order of their deadlines. Those added during the
     * call may be left to the next one.
     *
     * @return how many timers fired
     */
    public int fire() {
        return fireUntil(age(clock.nanos()) / TICK_NANOS);
    }

    /** Returns the number of pending timers. */
    public int size() {
        lock.lock();
        try {
            return wheel.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Shuts down: accepts no more timers and wakes the wakers of those that are pending, which have not fired then. To
     * poll what waits for one of them fails from now on. Idempotent.
     */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        fireUntil(LAST_TICK);
    }

    boolean register(Timer timer, Waker waker) {
        lock.lock();
        try {
            boolean pending = requireNotShutDown(timer);
            if (pending) {
                timer.setWaker(waker);
            }
            return pending;
        } finally {
            lock.unlock();
        }
    }

    boolean reset(Timer timer, long deadlineNanos) {
        long tick = tickOf(deadlineNanos);
        boolean earlier;
        lock.lock();
        try {
            if (!requireNotShutDown(timer)) {
                return false;
            }
            wheel.remove(timer);
            wheel.insert(timer, tick);
            earlier = disturbs(timer.tick);
        } finally {
            lock.unlock();
        }
        if (earlier) {
            onEarlier.wake();
        }
        return true;
    }

    void cancel(Timer timer) {
        lock.lock();
        try {
            if (timer.state() == Timer.State.PENDING) {
                wheel.remove(timer);
                timer.end(Timer.State.CANCELLED);
            }
        } finally {
            lock.unlock();
        }
    }

    /** In batches, so that the lock is not held while wakers run; bounded, though wakers may add timers. */
    private int fireUntil(long tick) {
        Waker[] taken;
        int left;
        lock.lock();
        try {
            wheel.advance(tick);
            left = wheel.due();
            taken = take(left);
        } finally {
            lock.unlock();
        }
        int fired = 0;
        while (taken.length > 0) {
            for (Waker waker : taken) {
                waker.wake();
            }
            fired += taken.length;
            left -= taken.length;
            taken = left == 0 ? NOBODY : takeMore(left);
        }
        return fired;
    }

    private Waker[] takeMore(int max) {
        lock.lock();
        try {
            return take(max);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: ends the timers of one batch, at most so many, and hands over their wakers. */
    private Waker[] take(int max) {
        int n = Math.min(Math.min(batch, max), wheel.due());
        if (n == 0) {
            return NOBODY;
        }
        Waker[] taken = new Waker[n];
        for (int i = 0; i < n; i++) {
            taken[i] = wheel.takeDue().end(closed ? Timer.State.SHUT_DOWN : Timer.State.FIRED);
        }
        return taken;
    }

    private boolean requireNotShutDown(Timer timer) {
        if (timer.state() == Timer.State.SHUT_DOWN) {
            throw shutDown();
        }
        return timer.state() == Timer.State.PENDING;
    }

    private static IllegalStateException shutDown() {
        return new IllegalStateException("the timers were shut down with their runtime: nothing can be awaited");
    }

    /** Tells whether the sleeper must be woken for a timer, and if so, takes it as told. */
    private boolean disturbs(long tick) {
        if (tick >= sleepsUntil) {
            return false;
        }
        sleepsUntil = tick;
        return true;
    }

    private long tickOf(long deadlineNanos) {
        long now = clock.nanos();
        long left = deadlineNanos - now;
        if (left <= 0) {
            return age(now) / TICK_NANOS;
        }
        long age = age(now) + left;
        if (age < 0) {
            return LAST_TICK; // the sum overflowed: in 292 years
        }
        return Math.min(LAST_TICK, age / TICK_NANOS + (age % TICK_NANOS == 0 ? 0 : 1));
    }

    /** Nanoseconds since the start. */
    private long age(long now) {
        return Math.max(0, now - start);
    }
}
