package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Merges sources that are sorted into one that is: gives the least of their next items as soon as each has one or has
 * ended. Holds one item of each; of equal ones that of the earlier source comes first. Only those of which it is not
 * known what they have next are asked, behind one that has used up the budget before: once all are known that is the one
 * whose item was given last.
 */
public final class MergeSorted<T> implements Source<T> {
    private final List<Entrant<T>> all = new ArrayList<>();
    private final Precedence asking = new Precedence();
    /** Those that have yet to say what they have next. */
    private final List<Entrant<T>> unknown;
    /** Those that have an item, the least first. */
    private final PriorityQueue<Entrant<T>> known;

    public MergeSorted(List<? extends Source<? extends T>> sources, Comparator<? super T> order) {
        for (Source<? extends T> source : sources) {
            all.add(new Entrant<>(source, all.size()));
        }
        unknown = new ArrayList<>(all);
        known = new PriorityQueue<>(Math.max(1, all.size()), (one, other) -> {
            int byItem = order.compare(one.next(), other.next());
            return byItem != 0 ? byItem : Integer.compare(one.number, other.number);
        });
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        asking.begin(unknown.size(), cx);
        while (asking.goesOn()) {
            if (fetch(unknown.get(asking.who()), cx)) {
                unknown.remove(asking.who());
                asking.leaves();
            } else {
                asking.asked(cx);
            }
        }
        return unknown.isEmpty() ? takeLeast() : null;
    }

    /** Tells whether all is known of what a source has next. */
    private boolean fetch(Entrant<T> entrant, Context cx) throws Exception {
        T item = entrant.source.poll(cx);
        if (item != null) {
            entrant.next = item;
            known.add(entrant);
            return true;
        }
        if (!Ending.completed(entrant.source, cx)) {
            return false;
        }
        entrant.closed = true;
        entrant.source.close();
        return true;
    }

    private @Nullable T takeLeast() {
        Entrant<T> least = known.poll();
        if (least == null) {
            return null;
        }
        T item = least.next();
        least.next = null;
        unknown.add(least);
        return item;
    }

    @Override
    public boolean isDone() {
        if (!known.isEmpty()) {
            return false;
        }
        for (Entrant<T> entrant : unknown) {
            if (!entrant.source.isDone()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        known.clear();
        Closer closer = new Closer();
        for (Entrant<T> entrant : all) {
            if (!entrant.closed) {
                closer.close(entrant.source::close);
            }
        }
        closer.rethrow();
    }

    private static final class Entrant<T> {
        final Source<? extends T> source;
        final int number;

        @Nullable T next;

        boolean closed;

        Entrant(Source<? extends T> source, int number) {
            this.source = source;
            this.number = number;
        }

        T next() {
            return Objects.requireNonNull(next);
        }
    }
}
