package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.ReadySet;
import dev.weir.task.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the items of several sources as they come. Each has a slot in a {@link ReadySet}, so that a poll asks only
 * those that were woken. One that has given an item is asked again before the others, for at most {@value #STREAK}
 * items in a row; then it waits for its turn. So of n sources each that is ready is asked within n * {@value #STREAK}
 * items.
 *
 * <pre>
 * in a streak, its source  then
 * gives an item            the streak goes on, in this turn or the next; the last item of it marks the source as ready
 * gives none               it is over: the waker of the source will mark it (S2), at once if there was no budget left
 * has completed            it is over, the source closed and its place free
 * fails                    the whole has failed
 * is not the one woken     who was is marked, and has its turn afterwards
 * </pre>
 */
public final class Merge<T> implements Source<T> {
    /**
     * How many items come from one source in a row while others are ready. To change the source costs about as much as an
     * item or two, of which little is left in so many; and the usual budget is enough for four sources in a turn.
     */
    public static final int STREAK = 32;

    private final ReadySet ready;
    private final Slots<Source<? extends T>> slots;

    /** Who is in a streak, its place, and how many items it may still give. */
    private @Nullable Source<? extends T> streaker;

    private int place;
    private int streak;
    /** The context of the last poll in it, and that of the streaker, which is made of it. */
    private @Nullable Context outer;

    private @Nullable Context inner;

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
        for (Source<? extends T> source : sources) {
            add(source);
        }
    }

    boolean isEmpty() {
        return slots.size() == 0;
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
        T item = goOn(cx);
        if (item != null) {
            return item;
        }
        ready.register(cx.waker()); // also for who has just ended its streak: what it was woken by since is seen below
        item = pollReady(cx);
        while (item == null && slots.size() > 0 && isDone()) {
            markAll(); // done, but their wakes are still to come: only a poll tells whether one has failed (S3)
            item = pollReady(cx);
        }
        return item;
    }

    /** Asks the source in a streak, if there is one, and nobody else. Null is no answer yet: {@link #poll} has it. */
    @Nullable T goOn(Context cx) throws Exception {
        Source<? extends T> source = streaker;
        if (source == null) {
            return null;
        }
        Context own = inner;
        if (own == null || outer != cx) { // another worker polls
            own = ready.context(place, cx);
            outer = cx;
            inner = own;
        }
        T item = ask(source, place, own);
        if (item == null) {
            streaker = null;
        } else if (--streak == 0) {
            streaker = null;
            ready.mark(place);
        }
        return item;
    }

    /** Asks those that are ready for an item, which begins a streak. */
    private @Nullable T pollReady(Context cx) throws Exception {
        for (int slot = next(cx); slot >= 0; slot = next(cx)) {
            Source<? extends T> source = slots.get(slot);
            if (source == null) {
                continue; // its waker was woken once more after its end
            }
            Context own = ready.context(slot, cx);
            T item = ask(source, slot, own);
            if (item != null) {
                streaker = source;
                streak = STREAK - 1;
                place = slot;
                outer = cx;
                inner = own;
                return item;
            }
            if (!cx.mayGoOn() && !isDone()) {
                return null;
            }
        }
        return null;
    }

    /** Without budget the others wait for the next turn, unless all are done and cost nothing. */
    private int next(Context cx) {
        return cx.budget().isExhausted() && isDone() ? ready.next() : ready.next(cx);
    }

    /** Takes an item, if there is one, or closes what has completed. */
    private @Nullable T ask(Source<? extends T> source, int slot, Context own) throws Exception {
        T item = source.poll(own);
        if (item == null && Ending.completed(source, own)) {
            slots.remove(slot);
            source.close();
        }
        return item;
    }

    private void markAll() {
        for (int slot = 0; slot < slots.reach(); slot++) {
            if (slots.get(slot) != null) {
                ready.mark(slot);
            }
        }
    }

    /** Done when all are; one that is not answers for the others as long as it is not, so that each is looked at once. */
    @Override
    public boolean isDone() {
        for (int looks = slots.size() == 0 ? 0 : slots.reach(); looks > 0; looks--) {
            Source<? extends T> source = slots.get(witness);
            if (source != null && !source.isDone()) {
                return false;
            }
            witness = witness + 1 < slots.reach() ? witness + 1 : 0;
        }
        return true;
    }

    @Override
    public void close() {
        ready.retire();
        Closer closer = new Closer();
        for (int slot = 0; slot < slots.reach(); slot++) {
            Source<? extends T> source = slots.get(slot);
            if (source != null) {
                closer.close(source::close);
            }
        }
        closer.rethrow();
    }
}
