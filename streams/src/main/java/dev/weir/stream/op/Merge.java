package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.ReadySet;
import dev.weir.task.Source;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the items of several sources as they come. Each has a slot in a {@link ReadySet}, so that a poll asks only
 * those that were woken, and one that always has items waits until the others had their turn.
 */
public final class Merge<T> implements Source<T> {
    private final ReadySet ready;
    private final BooleanSupplier done = this::isDone;
    private final Slots<Source<? extends T>> slots;
    /** The place of one that was not done when it was last asked. */
    private int witness;

    /**
     * Merges what will be {@linkplain #add added}.
     *
     * @param capacity how many sources may be merged at a time, at least 1
     */
    public Merge(int capacity) {
        ready = new ReadySet(capacity);
        slots = new Slots<>(capacity);
    }

    public Merge(List<? extends Source<? extends T>> sources) {
        this(Math.max(1, sources.size()));
        sources.forEach(this::add);
    }

    boolean isFull() {
        return slots.isFull();
    }

    /** Takes over one more source; not when full. */
    void add(Source<? extends T> source) {
        ready.mark(slots.add(source));
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        ready.register(cx.waker());
        T item = pollReady(cx);
        while (item == null && slots.size() > 0 && isDone()) {
            markAll(); // done, but their wakes are still to come: only a poll tells whether one has failed (S3)
            item = pollReady(cx);
        }
        return item;
    }

    private @Nullable T pollReady(Context cx) throws Exception {
        for (int slot = ready.next(cx, done); slot >= 0; slot = ready.next(cx, done)) {
            Source<? extends T> source = slots.get(slot);
            if (source == null) {
                continue; // its waker was woken once more after its end
            }
            Context inner = ready.context(slot, cx);
            T item = source.poll(inner);
            if (item != null) {
                ready.mark(slot);
                return item;
            }
            if (Ending.completed(source, inner)) {
                slots.remove(slot);
                source.close();
            }
            if (!cx.mayGoOn() && !isDone()) {
                return null;
            }
        }
        return null;
    }

    private void markAll() {
        for (int slot = 0; slot < slots.capacity(); slot++) {
            if (slots.get(slot) != null) {
                ready.mark(slot);
            }
        }
    }

    /** Done when all are; one that is not answers for the others as long as it is not, so that each is looked at once. */
    @Override
    public boolean isDone() {
        for (int looks = slots.size() == 0 ? 0 : slots.capacity(); looks > 0; looks--) {
            Source<? extends T> source = slots.get(witness);
            if (source != null && !source.isDone()) {
                return false;
            }
            witness = witness + 1 < slots.capacity() ? witness + 1 : 0;
        }
        return true;
    }

    @Override
    public void close() {
        ready.retire();
        Closer closer = new Closer();
        for (int slot = 0; slot < slots.capacity(); slot++) {
            Source<? extends T> source = slots.get(slot);
            if (source != null) {
                closer.close(source::close);
            }
        }
        closer.rethrow();
    }
}
