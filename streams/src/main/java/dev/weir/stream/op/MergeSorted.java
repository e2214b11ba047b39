package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges sources that are sorted into one that is: gives the least of their next items as soon as each has one or has
 * ended. Holds one item of each; of equal ones that of the earlier source comes first. They are asked in their order,
 * behind one that has used up the budget before.
 */
public final class MergeSorted<T> implements Source<T> {
    private final Comparator<? super T> order;
    private final Precedence asking = new Precedence();
    private final @Nullable Source<? extends T>[] sources;
    private final @Nullable T[] heads;

    @SuppressWarnings({"unchecked", "rawtypes"})
    public MergeSorted(List<? extends Source<? extends T>> sources, Comparator<? super T> order) {
        this.order = order;
        this.sources = sources.toArray(new Source[0]);
        this.heads = (T[]) new Object[sources.size()];
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        boolean complete = true;
        for (asking.begin(heads.length, cx); asking.goesOn(); asking.asked(cx)) {
            complete &= fetch(asking.who(), cx);
        }
        return complete ? takeLeast() : null;
    }

    /** Tells whether all is known of what a source has next. */
    private boolean fetch(int i, Context cx) throws Exception {
        Source<? extends T> source = sources[i];
        if (heads[i] != null || source == null) {
            return true;
        }
        heads[i] = source.poll(cx);
        if (heads[i] != null) {
            return true;
        }
        if (!Ending.completed(source, cx)) {
            return false;
        }
        sources[i] = null;
        source.close();
        return true;
    }

    private @Nullable T takeLeast() {
        int least = -1;
        T item = null;
        for (int i = 0; i < heads.length; i++) {
            T head = heads[i];
            if (head != null && (item == null || order.compare(head, item) < 0)) {
                least = i;
                item = head;
            }
        }
        if (least >= 0) {
            heads[least] = null;
        }
        return item;
    }

    @Override
    public boolean isDone() {
        for (int i = 0; i < heads.length; i++) {
            Source<? extends T> source = sources[i];
            if (heads[i] != null || (source != null && !source.isDone())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        for (Source<? extends T> source : sources) {
            if (source != null) {
                closer.close(source::close);
            }
        }
        closer.rethrow();
    }
}
