package dev.weir.time;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds items back until their deadlines and hands them out in the order of these, to a quarter of a millisecond;
 * nothing comes early. For what has many deadlines and one owner, such as the entries of a cache: one timer serves all of them, and
 * insert, remove and reset are O(1).
 *
 * <pre>{@code
 * DelayQueue<String> sessions = new DelayQueue<>(runtime.clock());
 * DelayQueue.Key<String> key = sessions.insert("alice", Duration.ofMinutes(20));
 * sessions.reset(key, Duration.ofMinutes(20)); // alice was seen again
 * }</pre>
 *
 * <p>A queue without items is not done: it waits for the next insert. It never is done before it is closed. Whoever
 * waits in {@link #poll} is also woken when {@link #remove} or {@link #clear} take the last item away, so that he may
 * look whether it {@linkplain #isEmpty() is empty}. Everything belongs to one owner, as with all sources (S1). A poll
 * charges one operation for an item.
 *
 * @param <T> the type of the items
 */
public final class DelayQueue<T> implements Source<T> {
    private final Clock clock;
    private final long start;
    private final TimerWheel<Key<T>> wheel = new TimerWheel<>();
    private final Sleep sleep = Sleep.of(0);
    private Waker waiting = Waker.noop();
    private boolean closed;

    /**
     * Creates an empty queue.
     *
     * @param clock that of the runtime on which the queue will be polled
     */
    public DelayQueue(Clock clock) {
        this.clock = clock;
        this.start = clock.nanos();
    }

    /**
     * Adds an item.
     *
     * @param delay from now, at least zero; more than 292 years count as 292
     * @return the key by which it can be moved or removed, as long as it is here
     * @throws IllegalStateException after {@link #close()}
     */
    public Key<T> insert(T item, Duration delay) {
        return insertAt(item, clock.nanos() + Sleep.nanosOf(delay, "delay"));
    }

    /**
     * Adds an item that is due at a point in time.
     *
     * @param deadlineNanos by the clock of the queue
     */
    public Key<T> insertAt(T item, long deadlineNanos) {
        if (closed) {
            throw new IllegalStateException("the queue is closed: nothing would come out of it");
        }
        Key<T> key = new Key<>(this, Objects.requireNonNull(item, "item"), tickOf(deadlineNanos));
        file(key);
        return key;
    }

    /**
     * Takes an item out before its time.
     *
     * @throws IllegalArgumentException if the key is stale: its item was handed out or removed, or is of another queue
     */
    public T remove(Key<T> key) {
        wheel.remove(required(key));
        wakeIfEmpty();
        return key.item;
    }

    /**
     * Gives an item another delay, counted from now.
     *
     * @param delay at least zero; more than 292 years count as 292
     * @throws IllegalArgumentException if the key is stale
     */
    public void reset(Key<T> key, Duration delay) {
        resetAt(key, clock.nanos() + Sleep.nanosOf(delay, "delay"));
    }

    /**
     * Gives an item another deadline.
     *
     * @param deadlineNanos by the clock of the queue
     * @throws IllegalArgumentException if the key is stale
     */
    public void resetAt(Key<T> key, long deadlineNanos) {
        wheel.remove(required(key));
        key.tick = tickOf(deadlineNanos);
        file(key);
    }

    /** Returns the key of the item that will be handed out next, null if the queue is empty. Takes as long
     * as there are items due at about the same time. */
    public @Nullable Key<T> peek() {
        return wheel.earliest();
    }

    /** Takes all items out. */
    public void clear() {
        wheel.clear();
        waiting.wake();
    }

    /** Returns the number of items, those that are due included. */
    public int size() {
        return wheel.size();
    }

    public boolean isEmpty() {
        return wheel.size() == 0;
    }

    @Override
    public @Nullable T poll(Context cx) {
        waiting = cx.waker();
        while (!closed && cx.charge()) {
            wheel.advance(Math.max(0, clock.nanos() - start) / Timers.TICK_NANOS);
            if (wheel.due() > 0) {
                return wheel.takeDue().item;
            }
            cx.budget().refund();
            long next = wheel.nextTick();
            if (next == TimerWheel.NEVER) {
                sleep.disarm();
                return null;
            }
            sleep.reset(start + next * Timers.TICK_NANOS);
            if (!sleep.isOver(cx)) {
                return null;
            }
        }
        return null;
    }

    /** {@inheritDoc} It is once it was closed. */
    @Override
    public boolean isDone() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        waiting = Waker.noop();
        clear();
        sleep.close();
    }

    private void file(Key<T> key) {
        long before = wheel.nextTick();
        wheel.insert(key);
        if (wheel.nextTick() < before) {
            waiting.wake();
        }
    }

    private void wakeIfEmpty() {
        if (wheel.size() == 0) {
            waiting.wake();
        }
    }

    private Key<T> required(Key<T> key) {
        if (key.queue != this || !key.isFiled()) {
            throw new IllegalArgumentException("key must be that of an item in this queue, was " + key);
        }
        return key;
    }

    private long tickOf(long deadlineNanos) {
        long now = clock.nanos();
        return Timers.tickAt(Math.max(0, now - start), deadlineNanos - now);
    }

    /**
     * Stands for an item in a queue, as long as it is there.
     *
     * @param <T> the type of the item
     */
    public static final class Key<T> extends WheelEntry {
        private final DelayQueue<T> queue;
        private final T item;
        private long tick;

        private Key(DelayQueue<T> queue, T item, long tick) {
            this.queue = queue;
            this.item = item;
            this.tick = tick;
        }

        /** Returns the item. */
        public T item() {
            return item;
        }

        /** Returns when the item is due by the clock of the queue, rounded up as it will be handed out. */
        public long deadlineNanos() {
            return queue.start + tick * Timers.TICK_NANOS;
        }

        @Override
        long tick() {
            return tick;
        }

        @Override
        public String toString() {
            return "Key[" + item + (isFiled() ? "]" : ", stale]");
        }
    }
}
