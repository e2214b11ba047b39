package dev.weir.stream.sink;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Answer;
import dev.weir.stream.op.Closer;
import dev.weir.stream.op.Ending;
import dev.weir.stream.op.Failures;
import dev.weir.stream.op.Slots;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.ReadySet;
import dev.weir.task.Source;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Spawns a task for each item, at most n at a time, and awaits them all. No item is taken while all places are
 * occupied. Children are tasks of their own, so that they spread over the workers; a {@link ReadySet} says which have
 * ended.
 *
 * <p>A failure stops the intake and cancels the other children; it comes out when the last of them has ended.
 */
public final class ForEachConcurrent<T> implements Pollable<Long> {
    private final Source<? extends T> source;
    private final Function<? super T, ? extends Pollable<?>> work;
    private final @Nullable BiConsumer<? super T, ? super Throwable> onFailure;

    private final ReadySet ready;
    private final Slots<Child<T>> children;
    private long count;
    private @Nullable Throwable failure;

    /**
     * @param concurrency how many children may be alive, at least 1
     * @param onFailure receives the failure of one item's work; null lets it end the whole
     */
    public ForEachConcurrent(
            Source<? extends T> source,
            int concurrency,
            Function<? super T, ? extends Pollable<?>> work,
            @Nullable BiConsumer<? super T, ? super Throwable> onFailure) {
        this.source = source;
        this.work = work;
        this.onFailure = onFailure;
        ready = new ReadySet(concurrency);
        children = new Slots<>(concurrency);
    }

    @Override
    public Poll<Long> poll(Context cx) throws Exception {
        ready.register(cx.waker());
        if (!reap(cx)) {
            return Poll.pending();
        }
        boolean completed = failure == null && startAll(cx);
        if (children.size() > 0) {
            return Poll.pending();
        }
        Failures.rethrow(failure);
        return completed ? Poll.ready(count) : Poll.pending();
    }

    /** Lets go of the children that have ended; false if the budget was used up first. */
    private boolean reap(Context cx) {
        for (int place = ready.next(); place >= 0; place = ready.next()) {
            if (children.get(place) != null && !await(place, cx) && !cx.charge()) {
                return false;
            }
        }
        return true;
    }

    /** Starts work as long as there are items and places; true if there will be no more items. */
    private boolean startAll(Context cx) {
        try {
            while (!children.isFull() && failure == null) {
                T item = source.poll(cx);
                if (item == null) {
                    return Ending.completed(source, cx);
                }
                count++;
                start(item, cx);
                if (!cx.mayGoOn()) {
                    return false;
                }
            }
        } catch (Throwable thrown) {
            fail(thrown);
        }
        return false;
    }

    private void start(T item, Context cx) {
        JoinHandle<?> handle;
        try {
            handle =
                    cx.service(TaskRuntime.class).spawn(Answer.of(work.apply(item), "forEachConcurrent: the function"));
        } catch (Throwable thrown) {
            failed(item, thrown);
            return;
        }
        await(children.add(new Child<>(item, handle)), cx);
    }

    /** Tells whether a child has ended; its waker is registered if not. */
    private boolean await(int place, Context cx) {
        Child<T> child = children.get(place);
        if (child == null) {
            return true;
        }
        try {
            if (child.handle.poll(ready.context(place, cx)).isPending()) {
                return false;
            }
            children.remove(place);
        } catch (CompletionException thrown) {
            children.remove(place);
            failed(child.item, thrown.getCause() == null ? thrown : thrown.getCause());
        } catch (CancellationException thrown) {
            children.remove(place);
            if (failure == null) {
                failed(child.item, thrown);
            }
        } catch (Exception thrown) {
            children.remove(place);
            failed(child.item, thrown);
        }
        return true;
    }

    private void failed(T item, Throwable thrown) {
        if (onFailure == null) {
            fail(thrown);
            return;
        }
        try {
            onFailure.accept(item, thrown);
        } catch (Throwable unhandled) {
            fail(unhandled);
        }
    }

    private void fail(Throwable thrown) {
        boolean first = failure == null;
        failure = Failures.firstOf(failure, thrown);
        if (first) {
            cancelAll();
        }
    }

    private void cancelAll() {
        for (int place = 0; place < children.reach(); place++) {
            Child<T> child = children.get(place);
            if (child != null) {
                child.handle.cancel();
            }
        }
    }

    @Override
    public void close() {
        ready.retire();
        new Closer().close(this::cancelAll).close(source::close).rethrow();
    }

    private record Child<T>(T item, JoinHandle<?> handle) {}
}
