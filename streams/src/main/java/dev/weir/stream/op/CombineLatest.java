package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.ReadySet;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives what a function makes of the latest items of several sources, whenever one of them has a new one and all have
 * had one. A poll asks only those that were woken, in rounds; one whose turn the budget has cut short is the first of the
 * next poll. It ends when all have ended, or one has without an item.
 */
public final class CombineLatest<T, R> implements Source<R> {
    private final Function<? super List<T>, ? extends R> combiner;
    private final ReadySet ready;
    private final BooleanSupplier done = this::isDone;
    /** Null where it has completed and is closed. */
    private final @Nullable Source<? extends T>[] sources;

    private final @Nullable T[] latest;
    private int live;
    private int missing;

    /**
     * @param combiner receives a list of its own, in the order of the sources
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public CombineLatest(List<? extends Source<? extends T>> sources, Function<? super List<T>, ? extends R> combiner) {
        this.combiner = combiner;
        this.sources = sources.toArray(new Source[0]);
        latest = (T[]) new Object[sources.size()];
        live = sources.size();
        missing = live;
        ready = new ReadySet(Math.max(1, live));
        for (int i = 0; i < live; i++) {
            ready.mark(i);
        }
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        ready.register(cx.waker());
        R row = pollReady(cx);
        while (row == null && live > 0 && isDone()) {
            for (int i = 0; i < sources.length; i++) {
                ready.mark(i); // done, but their wakes are still to come: only a poll tells whether one has failed (S3)
            }
            row = pollReady(cx);
        }
        return row;
    }

    private @Nullable R pollReady(Context cx) throws Exception {
        for (int i = ready.next(cx, done); i >= 0; i = ready.next(cx, done)) {
            Source<? extends T> source = sources[i];
            if (source == null) {
                continue;
            }
            Context own = ready.context(i, cx);
            T item = source.poll(own);
            if (item != null) {
                ready.mark(i);
                if (replace(i, item)) {
                    return combine();
                }
            } else if (Ending.completed(source, own)) {
                sources[i] = null;
                live--;
                source.close();
                if (latest[i] == null) {
                    close(); // there will never be one of each
                    return null;
                }
            }
            if (!cx.mayGoOn() && !isDone()) {
                return null;
            }
        }
        return null;
    }

    /** True if there is one of each now. */
    private boolean replace(int i, T item) {
        if (latest[i] == null) {
            missing--;
        }
        latest[i] = item;
        return missing == 0;
    }

    @SuppressWarnings("NullAway") // none is missing
    private R combine() {
        List<T> row = new ArrayList<>(latest.length);
        for (T item : latest) {
            row.add(item);
        }
        return Answer.of(combiner.apply(row), "combineLatest: the combiner");
    }

    @Override
    public boolean isDone() {
        if (live > 0) {
            for (Source<? extends T> source : sources) {
                if (source != null && !source.isDone()) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        ready.retire();
        Closer closer = new Closer();
        live = 0;
        for (int i = 0; i < sources.length; i++) {
            Source<? extends T> source = sources[i];
            sources[i] = null;
            if (source != null) {
                closer.close(source::close);
            }
        }
        closer.rethrow();
    }
}
