package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Gathers all items, sorts them, and gives them. Holds them all. */
public final class Sorted<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Comparator<? super T> order;
    private final ArrayList<T> items = new ArrayList<>();
    /** How many were given; negative until upstream has completed. */
    private int given = -1;

    public Sorted(Source<? extends T> upstream, Comparator<? super T> order) {
        this.upstream = upstream;
        this.order = order;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        while (given < 0) {
            T item = upstream.poll(cx);
            if (item != null) {
                items.add(item);
                if (!cx.mayGoOn() && !isDone()) {
                    return null;
                }
            } else if (Ending.completed(upstream, cx)) {
                items.sort(order);
                given = 0;
            } else {
                return null;
            }
        }
        return given < items.size() && cx.charge() ? items.get(given++) : null;
    }

    @Override
    public boolean isDone() {
        return given < 0 ? items.isEmpty() && upstream.isDone() : given == items.size();
    }

    @Override
    public void close() {
        items.clear();
        given = 0;
        upstream.close();
    }
}
