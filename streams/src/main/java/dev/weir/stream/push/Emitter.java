package dev.weir.stream.push;

import dev.weir.stream.op.Failures;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pushing end of a stream: from callbacks, listeners and other threads, that cannot be asked to wait. Its methods may
 * be called from any thread and never block; items keep the order of the calls, and those of one thread the order in
 * which that thread made them. At the other end is a {@link #source()}, for one owner. Reactor calls the pair {@code
 * FluxSink} or {@code Sinks.Many}, RxJava {@code FlowableEmitter}.
 *
 * <pre>
 * event \ state   OPEN, room   OPEN, full                            ENDED           CLOSED
 * emit            held; true   FAIL: ENDED, failed; false            dropped; false  dropped; false
 *                              DROP_NEWEST: dropped; false
 *                              DROP_OLDEST: held, one dropped; true
 * complete        ENDED        ENDED                                 -               -
 * fail            ENDED        ENDED                                 told to Drops   told to Drops
 * poll            item, or     item                                  item, or end    -
 *                 not now
 * close           CLOSED       CLOSED                                CLOSED          -
 * </pre>
 *
 * <p>What is held comes before the end, also before a failure. The owner hears of the end without asking for an item, once
 * it has asked for one: an end that comes before a subscriber's first request is told with that, unless it was there
 * when the subscriber came.
 *
 * @param <T> the type of the items
 */
public final class Emitter<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final WakerCell waiting = new WakerCell();
    /** Stays when the owner has found something, or the wake for it is still on its way. */
    private final WakerCell ending = new WakerCell();

    private final int capacity;
    private final Overflow overflow;
    private final Consumer<? super T> onDropped;
    private final Outlet outlet = new Outlet();

    // guarded by the lock
    private final ArrayDeque<T> held = new ArrayDeque<>();
    private @Nullable End end;
    private boolean closed;
    private @Nullable Runnable onClose;

    /**
     * Creates an emitter.
     *
     * @param capacity the most items that are held, at least 1
     * @param overflow what becomes of one more
     */
    public Emitter(int capacity, Overflow overflow) {
        this(capacity, overflow, item -> {});
    }

    /**
     * Creates an emitter that tells what overflows.
     *
     * @param capacity the most items that are held, at least 1
     * @param overflow what becomes of one more
     * @param onDropped is shown each item that is dropped because there was no room, by the call of {@link #emit} that drops
     *     it; what it throws comes out of that call, after the item was dropped
     */
    public Emitter(int capacity, Overflow overflow, Consumer<? super T> onDropped) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        this.capacity = capacity;
        this.overflow = Objects.requireNonNull(overflow, "overflow");
        this.onDropped = Objects.requireNonNull(onDropped, "onDropped");
    }

    /**
     * Emits an item.
     *
     * @return whether it was accepted; if so it is given, unless newer ones push it out or the run is closed first
     */
    public boolean emit(T item) {
        Objects.requireNonNull(item, "item (rule 2.13)");
        T dropped = null;
        boolean open;
        boolean accepted;
        lock.lock();
        try {
            open = end == null && !closed;
            accepted = open && (held.size() < capacity || overflow == Overflow.DROP_OLDEST);
            if (!open) {
                dropped = item;
            } else if (held.size() < capacity) {
                held.add(item);
            } else {
                dropped = overflow(item);
            }
        } finally {
            lock.unlock();
        }
        waiting.wake();
        if (dropped != null) {
            Drops.item("emitter", dropped);
            if (open) {
                onDropped.accept(dropped);
            }
        }
        return accepted;
    }

    /** Under the lock. Returns what is dropped. */
    private @Nullable T overflow(T item) {
        switch (overflow) {
            case FAIL ->
                end = new End(new IllegalStateException(
                        "more items came than were taken: " + capacity + " are held, which is the capacity"));
            case DROP_OLDEST -> {
                T oldest = held.poll();
                held.add(item);
                return oldest;
            }
            case DROP_NEWEST -> {}
        }
        return item;
    }

    /** Ends the stream after what is held. Without effect when it has ended. */
    public void complete() {
        finish(new End(null));
    }

    /** Fails the stream after what is held. When it has ended, the failure is told to {@link Drops}. */
    public void fail(Throwable failure) {
        if (!finish(new End(Objects.requireNonNull(failure, "failure")))) {
            Drops.failure("emitter", failure);
        }
    }

    private boolean finish(End how) {
        boolean first;
        lock.lock();
        try {
            first = end == null && !closed;
            if (first) {
                end = how;
            }
        } finally {
            lock.unlock();
        }
        if (!waiting.wake()) {
            ending.wake(); // the owner waits for no item (P4)
        }
        return first;
    }

    /** Tells whether an item would be refused for good. */
    public boolean isClosed() {
        lock.lock();
        try {
            return closed || end != null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many items may be emitted now before one is dropped: for those who can wait after all. */
    public int room() {
        lock.lock();
        try {
            return closed || end != null ? 0 : capacity - held.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets what is done when the run is closed, however it ends: the place to deregister a listener. It runs on the
     * worker of the run; at once if it is closed by now. A second call replaces the action.
     */
    public void onClose(Runnable action) {
        Objects.requireNonNull(action, "action");
        boolean late;
        lock.lock();
        try {
            late = closed;
            onClose = action;
        } finally {
            lock.unlock();
        }
        if (late) {
            action.run();
        }
    }

    /** Returns the end where the items come out. It is always the same, and belongs to one owner. */
    public Source<T> source() {
        return outlet;
    }

    private record End(@Nullable Throwable failure) {}

    private final class Outlet implements Source<T> {
        private boolean answeredNull;

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
            ending.register(cx.waker());
            waiting.register(cx.waker()); // S2: then a look
            T item = take();
            if (item == null) {
                cx.budget().refund();
                if (isDone()) {
                    return ended();
                }
                answeredNull = true;
            }
            return item;
        }

        private @Nullable T take() {
            lock.lock();
            try {
                return held.poll();
            } finally {
                lock.unlock();
            }
        }

        /** Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). */
        @Override
        public boolean isDone() {
            lock.lock();
            try {
                return end != null && held.isEmpty() && (end.failure() == null || !answeredNull);
            } finally {
                lock.unlock();
            }
        }

        private @Nullable T ended() throws Exception {
            Throwable failure;
            lock.lock();
            try {
                failure = end == null ? null : end.failure();
            } finally {
                lock.unlock();
            }
            Failures.rethrow(failure);
            return null;
        }

        @Override
        public void close() {
            Runnable action;
            lock.lock();
            try {
                closed = true;
                held.clear();
                action = onClose;
            } finally {
                lock.unlock();
            }
            waiting.clear();
            ending.clear();
            if (action != null) {
                action.run();
            }
        }
    }
}
