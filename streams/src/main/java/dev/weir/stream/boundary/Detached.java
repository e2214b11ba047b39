package dev.weir.stream.boundary;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.copy.Copies;
import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous boundary: two tasks and one ring. Upstream is pulled by a task of its own, the feeder, as long as the
 * ring has room; the owner of this takes from the ring. A task that is spawned stays on the worker of the one that
 * spawned it until another worker steals it, so without a thief an item costs no more than its two steps through the
 * ring.
 *
 * <p>Nothing is told for a single item. Each side counts its own steps and lets the other see the count when half of the
 * ring has passed, or when it cannot go on; that is also when it wakes the other. A feeder that is out of budget could go
 * on, so it shows what it has and wakes nobody, but itself. Neither wake is a wait for more: who finds nothing has
 * registered its waker, and looks once more, and the other side wakes before it stops. The end wakes the owner also when
 * it asks for nothing (P4).
 *
 * <p>A ring up to {@value #LARGEST_RING} items is one array. A larger capacity is a bound and no more: the items stand in
 * chunks, which the feeder adds one by one and the owner leaves behind, so that memory is for what is held.
 *
 * <pre>
 * field             written by                                       read by
 * a slot            feeder: item, before filled; owner: null         owner, after filled; feeder, after emptied
 * link of a chunk   feeder, before the filled of its last item       owner, after that filled
 * filled            feeder                                           owner
 * emptied           owner                                            feeder
 * outcome           feeder, after filled and after upstream was closed;  owner, before filled
 *                   owner: closed
 * tail, room, told  the feeder's own, and the chunk it fills
 * head, limit       the owner's own, and the chunk it empties
 * </pre>
 */
public final class Detached<T> implements Source<T> {
    /** Turns that a feeder may end with items, fewer than half of the ring, before the owner is told. */
    private static final int SILENT_TURNS = 4;

    private static final int HOT = 1024;

    private static final int LARGEST_RING = 1 << 14;

    private static final int CHUNK = 1024;

    private final int capacity;
    private final int half;
    private final @Nullable TaskRuntime runtime;
    private final Feeder feeder;
    private final WakerCell owner = new WakerCell();
    /** Stays when the owner has found something. */
    private final WakerCell ending = new WakerCell();

    private final WakerCell filler = new WakerCell();
    /** How many items have been put and may be taken. */
    private final AtomicLong filled = new AtomicLong();
    /** How many have been taken, as far as the feeder is to know. */
    private final AtomicLong emptied = new AtomicLong();

    private final Outcome outcome;

    private @Nullable JoinHandle<?> handle;
    private long head;
    private long limit;
    /** Slots, and behind them the link: to the chunk that comes next, or of a ring to itself. */
    private @Nullable Object[] slots;
    /** The slot of the item that is next. */
    private int next;

    private boolean answeredNull;

    /**
     * Creates a boundary whose feeder does not run.
     *
     * @param runtime runs the feeder; null stands for the one that polls this
     * @param capacity the most items that are held, at least 1
     */
    public Detached(Source<? extends T> upstream, @Nullable TaskRuntime runtime, int capacity) {
        this(upstream, runtime, capacity, chunkOf(capacity), new Outcome("detach"));
    }

    /** With chunks of another size; one of the capacity is the ring. */
    Detached(Source<? extends T> upstream, @Nullable TaskRuntime runtime, int capacity, int chunk) {
        this(upstream, runtime, capacity, chunk, new Outcome("detach"));
    }

    private Detached(
            Source<? extends T> upstream, @Nullable TaskRuntime runtime, int capacity, int chunk, Outcome outcome) {
        this.outcome = outcome;
        this.runtime = runtime;
        this.capacity = capacity;
        this.half = capacity - capacity / 2;
        this.slots = new @Nullable Object[chunk + 1];
        if (chunk == capacity) {
            slots[chunk] = slots;
        }
        this.feeder = new Feeder(upstream);
    }

    /** Creates boundaries of one owner, below what one failure may fail all of: it is not told by the others once one has. */
    public static <T> List<Detached<T>> rails(
            List<? extends Source<? extends T>> upstreams, @Nullable TaskRuntime runtime, int capacity) {
        AtomicReference<@Nullable Throwable> heard = new AtomicReference<>();
        List<Detached<T>> rails = new ArrayList<>(upstreams.size());
        for (Source<? extends T> upstream : upstreams) {
            rails.add(new Detached<>(upstream, runtime, capacity, chunkOf(capacity), new Outcome("parallel", heard)));
        }
        return rails;
    }

    private static int chunkOf(int capacity) {
        return capacity > LARGEST_RING ? CHUNK : capacity;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (head != limit) {
            return cx.charge() ? take() : null;
        }
        answeredNull = false;
        if (isDone()) {
            return ended(cx);
        }
        if (!cx.charge()) {
            answeredNull = true;
            return null;
        }
        if (handle == null) {
            handle = start(cx);
        }
        ending.register(cx.waker());
        if (look()) {
            return take();
        }
        owner.register(cx.waker()); // S2: then one more look
        if (look()) {
            return take();
        }
        cx.budget().refund();
        if (isDone()) {
            return ended(cx);
        }
        answeredNull = true;
        return null;
    }

    private JoinHandle<?> start(Context cx) {
        try {
            return (runtime != null ? runtime : cx.service(TaskRuntime.class)).spawn(feeder);
        } catch (Throwable thrown) {
            feeder.close();
            throw thrown;
        }
    }

    /** Nothing is left of what was seen: tells so, and sees what there is now. */
    private boolean look() {
        free();
        limit = filled.get();
        return head != limit;
    }

    @SuppressWarnings("unchecked") // only items are put in
    private @Nullable T take() {
        @Nullable Object[] from = slots;
        T item = (T) from[next];
        from[next++] = null;
        if (next == from.length - 1) {
            turn(from);
        }
        head++;
        if (head - emptied.getPlain() >= half) {
            free();
        }
        return item;
    }

    /** All of the chunk has been taken: goes on in the next, or at the beginning of the ring. */
    private void turn(@Nullable Object[] from) {
        @Nullable Object[] after = Objects.requireNonNull((@Nullable Object[]) from[next]);
        if (after != from) {
            from[next] = null; // garbage is not to keep garbage
        }
        slots = after;
        next = 0;
    }

    private void free() {
        if (head != emptied.getPlain()) {
            emptied.set(head);
            filler.wake();
        }
    }

    /** Before there is a feeder upstream is the owner's. */
    @Override
    public boolean isDone() {
        if (handle == null && outcome.isOpen()) {
            return feeder.upstream.isDone();
        }
        return outcome.isDone(answeredNull) && head == filled.get(); // in this order
    }

    private @Nullable T ended(Context cx) throws Exception {
        if (outcome.isOpen()) {
            return feeder.upstream.poll(cx); // which takes no item (S3)
        }
        outcome.rethrow();
        return null;
    }

    /** The feeder closes upstream, on its worker. */
    @Override
    public void close() {
        outcome.close();
        owner.clear();
        ending.clear();
        if (handle == null) {
            feeder.close();
        } else {
            handle.cancel();
        }
    }

    /** Pulls upstream into the ring. */
    private final class Feeder implements Pollable<@Nullable Void> {
        private Source<? extends T> upstream;
        private long tail;
        private @Nullable Object[] into = slots;
        private int slot;
        private int room = capacity;
        /** The value of {@link #filled} of which the owner was told last. */
        private long told;
        /** Turns that have ended since then with items of which it was not told. */
        private int silent;

        /** With so many items upstream is to be handed in as one that is hot. */
        private long hot = HOT;

        private Outcome.@Nullable How how;
        private boolean closed;

        Feeder(Source<? extends T> upstream) {
            this.upstream = upstream;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            try {
                if (tail >= hot) {
                    hot = 2 * tail;
                    upstream = Copies.ofHot(upstream);
                }
                for (boolean again = false; hasRoom(cx); again = true) {
                    if (again && !cx.mayGoOn()) { // S5: upstream may charge nothing, and the owner be as fast as it is
                        return goOn(cx);
                    }
                    do {
                        T item = upstream.poll(cx);
                        if (item == null) {
                            if (Ending.completed(upstream, cx)) {
                                how = Outcome.How.of(null);
                                return Poll.done();
                            }
                            return cx.budget().isExhausted() ? goOn(cx) : pause();
                        }
                        put(item);
                    } while (room > 0);
                }
            } catch (Throwable failure) {
                how = Outcome.How.of(failure);
                return Poll.done();
            }
            return pause();
        }

        /** Only the budget is used up: the next poll comes soon, and tells for both, unless it finds little. */
        private Poll<@Nullable Void> goOn(Context cx) {
            if (tail != told && ++silent == SILENT_TURNS) {
                tell();
            } else {
                filled.set(tail);
            }
            cx.waker().wake();
            return Poll.pending();
        }

        private Poll<@Nullable Void> pause() {
            tell();
            return Poll.pending();
        }

        private boolean hasRoom(Context cx) {
            if (room > 0 || looksForRoom()) {
                return true;
            }
            tell();
            filler.register(cx.waker()); // S2: then one more look
            return looksForRoom();
        }

        private boolean looksForRoom() {
            room = capacity - (int) (tail - emptied.get());
            return room > 0;
        }

        private void put(T item) {
            into[slot++] = item;
            if (slot == into.length - 1) {
                turn();
            }
            room--;
            if (++tail - told >= half) {
                tell();
            }
        }

        /** The link is there before the owner hears of the last item of the chunk. */
        private void turn() {
            @Nullable Object[] after = (@Nullable Object[]) into[slot];
            if (after == null) {
                after = new @Nullable Object[into.length];
                into[slot] = after;
            }
            into = after;
            slot = 0;
        }

        private void tell() {
            if (tail != told) {
                told = tail;
                silent = 0;
                filled.set(tail);
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
                filled.set(tail);
                outcome.end(how != null ? how : Outcome.How.cutOff());
                if (!owner.wake()) {
                    ending.wake();
                }
            }
        }
    }
}
