package dev.weir.stream.sink;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Closer;
import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.ReadySet;
import dev.weir.task.Source;
import java.util.Objects;
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
    private final @Nullable Child<T>[] children;
    /** A stack of the numbers of the empty places: {@code children.length - live} of them. */
    private final int[] free;

    private int live;
    private long count;
    private @Nullable Throwable failure;

    /**
     * @param concurrency how many children may be alive, at least 1
     * @param onFailure receives the failure of one item's work; null lets it end the whole
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public ForEachConcurrent(
            Source<? extends T> source,
            int concurrency,
            Function<? super T, ? extends Pollable<?>> work,
            @Nullable BiConsumer<? super T, ? super Throwable> onFailure) {
        this.source = source;
        this.work = work;
        this.onFailure = onFailure;
        ready = new ReadySet(concurrency);
        children = new Child[concurrency];
        free = new int[concurrency];
        for (int i = 0; i < concurrency; i++) {
            free[i] = concurrency - 1 - i;
        }
    }

    @Override
    public Poll<Long> poll(Context cx) throws Exception {
        ready.register(cx.waker());
        if (!reap(cx)) {
            return Poll.pending();
        }
        boolean completed = failure == null && startAll(cx);
        if (live > 0) {
            return Poll.pending();
        }
        if (failure != null) {
            throw asException(failure);
        }
        return completed ? Poll.ready(count) : Poll.pending();
    }

    /** Lets go of the children that have ended; false if the budget was used up first. */
    private boolean reap(Context cx) {
        for (int place = ready.next(); place >= 0; place = ready.next()) {
            if (children[place] != null && !await(place, cx) && !cx.charge()) {
                return false;
            }
        }
        return true;
    }

    /** Starts work as long as there are items and places; true if there will be no more items. */
    private boolean startAll(Context cx) {
        try {
            while (live < children.length && failure == null) {
                T item = source.poll(cx);
                if (item == null) {
                    return Ending.completed(source, cx);
                }
                count++;
                start(item, cx);
            }
        } catch (Exception | Error thrown) {
            fail(thrown);
        }
        return false;
    }

    private void start(T item, Context cx) {
        JoinHandle<?> handle;
        try {
            handle = cx.service(TaskRuntime.class)
                    .spawn(Objects.requireNonNull(work.apply(item), "forEachConcurrent: the function returned null"));
        } catch (RuntimeException | Error thrown) {
            failed(item, thrown);
            return;
        }
        int place = free[children.length - ++live];
        children[place] = new Child<>(item, handle);
        await(place, cx);
    }

    /** Tells whether a child has ended; its waker is registered if not. */
    private boolean await(int place, Context cx) {
        Child<T> child = children[place];
        if (child == null) {
            return true;
        }
        try {
            if (child.handle.poll(cx.withWaker(ready.waker(place))).isPending()) {
                return false;
            }
            release(place);
        } catch (CompletionException thrown) {
            release(place);
            failed(child.item, thrown.getCause() == null ? thrown : thrown.getCause());
        } catch (CancellationException thrown) {
            release(place);
            if (failure == null) {
                failed(child.item, thrown);
            }
        } catch (Exception thrown) {
            release(place);
            failed(child.item, thrown);
        }
        return true;
    }

    private void release(int place) {
        children[place] = null;
        free[children.length - live--] = place;
    }

    private void failed(T item, Throwable thrown) {
        if (onFailure == null) {
            fail(thrown);
            return;
        }
        try {
            onFailure.accept(item, thrown);
        } catch (RuntimeException | Error unhandled) {
            fail(unhandled);
        }
    }

    private void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
            cancelAll();
        } else if (failure != thrown) {
            failure.addSuppressed(thrown);
        }
    }

    private void cancelAll() {
        for (Child<T> child : children) {
            if (child != null) {
                child.handle.cancel();
            }
        }
    }

    private static Exception asException(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof Exception exception ? exception : new CompletionException(thrown);
    }

    @Override
    public void close() {
        new Closer().close(this::cancelAll).close(source::close).rethrow();
    }

    private record Child<T>(T item, JoinHandle<?> handle) {}
}
