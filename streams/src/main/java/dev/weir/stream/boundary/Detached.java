package dev.weir.stream.boundary;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Ending;
import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous boundary: two tasks and one ring. Upstream is pulled by a task of its own, the feeder, as long as the
 * ring has room; the owner of this takes from the ring. A task that is spawned stays on the worker of the one that
 * spawned it until another worker steals it, so without a thief an item costs no more than its two steps through the
 * ring.
 *
 * <p>Wakes are for many items. The feeder wakes the owner when it has filled half of the ring since the last wake, or
 * cannot go on; the owner wakes the feeder when it has emptied half. Neither is a wait for more: who finds nothing has
 * registered its waker, and the other side wakes before it stops.
 *
 * <pre>
 * field           written by              read by
 * a slot          feeder: item, release   owner, acquire
 *                 owner: null, release    feeder, acquire
 * end             feeder, after all items and after upstream was closed
 * tail, unsaid    the feeder's own
 * head, freed     the owner's own
 * </pre>
 */
public final class Detached<T> implements Source<T> {
    private final AtomicReferenceArray<@Nullable T> slots;
    private final int half;
    private final @Nullable TaskRuntime runtime;
    private final Feeder feeder;
    private final WakerCell owner = new WakerCell();
    private final WakerCell filler = new WakerCell();
    private volatile @Nullable End end;
    /** Written by the owner, so that the feeder knows that nobody will hear of its end. */
    private volatile boolean abandoned;

    private @Nullable JoinHandle<?> handle;
    private int head;
    private int freed;
    private boolean answeredNull;

    /**
     * Creates a boundary whose feeder does not run.
     *
     * @param runtime runs the feeder; null stands for the one that polls this
     * @param capacity the most items that are held, at least 1
     */
    public Detached(Source<? extends T> upstream, @Nullable TaskRuntime runtime, int capacity) {
        this.runtime = runtime;
        this.slots = new AtomicReferenceArray<>(capacity);
        this.half = (capacity + 1) / 2;
        this.feeder = new Feeder(upstream);
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
        if (handle == null) {
            handle = start(cx);
        }
        T item = take();
        if (item == null) {
            owner.register(cx.waker()); // S2: then one more look
            item = take();
        }
        if (item == null) {
            cx.budget().refund();
            if (isDone()) {
                return ended();
            }
            answeredNull = true;
        }
        return item;
    }

    private JoinHandle<?> start(Context cx) {
        try {
            return (runtime != null ? runtime : cx.service(TaskRuntime.class)).spawn(feeder);
        } catch (RuntimeException | Error thrown) {
            feeder.close();
            throw thrown;
        }
    }

    private @Nullable T take() {
        T item = slots.getAcquire(head);
        if (item != null) {
            slots.setRelease(head, null);
            head = head + 1 == slots.length() ? 0 : head + 1;
            if (++freed == half) {
                freed = 0;
                filler.wake();
            }
        }
        return item;
    }

    /** Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). */
    @Override
    public boolean isDone() {
        End seen = end; // before the ring
        return seen != null && slots.getAcquire(head) == null && (seen.failure() == null || !answeredNull);
    }

    private @Nullable T ended() throws Exception {
        Throwable failure = Objects.requireNonNull(end).failure();
        if (failure instanceof Exception exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return null;
    }

    /** The feeder closes upstream, on its worker. */
    @Override
    public void close() {
        abandoned = true;
        owner.clear();
        if (handle == null) {
            feeder.close();
        } else {
            handle.cancel();
        }
    }

    private record End(@Nullable Throwable failure) {}

    /** Pulls upstream into the ring. */
    private final class Feeder implements Pollable<@Nullable Void> {
        private final Source<? extends T> upstream;
        private int tail;
        private int unsaid;
        private @Nullable End how;
        private boolean closed;

        Feeder(Source<? extends T> upstream) {
            this.upstream = upstream;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            try {
                while (hasRoom(cx)) {
                    T item = upstream.poll(cx);
                    if (item == null) {
                        if (Ending.completed(upstream, cx)) {
                            how = new End(null);
                            return Poll.done();
                        }
                        break;
                    }
                    put(item);
                }
            } catch (Exception | Error failure) {
                how = new End(failure);
                return Poll.done();
            }
            tell();
            return Poll.pending();
        }

        private boolean hasRoom(Context cx) {
            if (slots.getAcquire(tail) == null) {
                return true;
            }
            tell();
            filler.register(cx.waker()); // S2: then one more look
            return slots.getAcquire(tail) == null;
        }

        private void put(T item) {
            slots.setRelease(tail, item);
            tail = tail + 1 == slots.length() ? 0 : tail + 1;
            if (++unsaid == half) {
                tell();
            }
        }

        private void tell() {
            if (unsaid > 0) {
                unsaid = 0;
                owner.wake();
            }
        }

        /** T3: by its task at the end, or by the owner if it never became one. */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                upstream.close();
            } finally {
                end = how != null
                        ? how
                        : new End(
                                new CancellationException("the stream was ended early by the shutdown of its runtime"));
                owner.wake();
                if (abandoned && how != null && how.failure() != null) {
                    Drops.failure("detach", how.failure());
                }
            }
        }
    }
}
