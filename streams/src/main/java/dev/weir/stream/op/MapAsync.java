package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.ReadySet;
import dev.weir.task.Source;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Begins a call for each item and gives the results, in the order of the items or as they come. Two bounds, apart: how
 * many calls may run at a time, and how many may have begun whose result was not given yet. A call is a source of one
 * item, or of none, which gives no result.
 *
 * <pre>
 * begun, result not given:  running ............ at most concurrency
 *                           finished, waiting .. together with those that run at most buffer
 * </pre>
 */
public final class MapAsync<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends Source<? extends R>> call;
    private final int buffer;
    private final boolean ordered;

    private final ReadySet ready;
    private final @Nullable Call<R>[] slots;
    /** A stack of the numbers of the empty slots: {@code slots.length - running} of them. */
    private final int[] free;

    /** Ordered: all that have begun. Otherwise: those that have finished. */
    private final ArrayDeque<Call<R>> line = new ArrayDeque<>();

    private int running;
    private int begun;

    @SuppressWarnings({"unchecked", "rawtypes"})
    public MapAsync(
            Source<? extends T> upstream,
            Function<? super T, ? extends Source<? extends R>> call,
            int concurrency,
            int buffer,
            boolean ordered) {
        this.upstream = upstream;
        this.call = call;
        this.buffer = buffer;
        this.ordered = ordered;
        ready = new ReadySet(concurrency);
        slots = new Call[concurrency];
        free = new int[concurrency];
        for (int i = 0; i < concurrency; i++) {
            free[i] = concurrency - 1 - i;
        }
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        ready.register(cx.waker());
        do {
            boolean started = start(cx);
            int before = running + begun;
            finish(cx);
            R result = take();
            boolean freed = running + begun < before; // upstream may not have been asked and know no waker (S2)
            if (result != null || !(started || freed)) {
                return result;
            }
        } while (cx.charge() || isDone());
        return null;
    }

    private boolean start(Context cx) throws Exception {
        if (running == slots.length || begun >= buffer) {
            return false;
        }
        T item = upstream.poll(cx);
        if (item == null) {
            return false;
        }
        int slot = free[slots.length - running - 1];
        Call<R> started = new Call<>(call.apply(item));
        running++;
        begun++;
        slots[slot] = started;
        if (ordered) {
            line.add(started);
        }
        ready.mark(slot);
        return true;
    }

    private void finish(Context cx) throws Exception {
        for (int slot = ready.next(); slot >= 0; slot = ready.next()) {
            Call<R> at = slots[slot];
            if (at == null) {
                continue; // its waker was woken once more after its end
            }
            Context own = cx.withWaker(ready.waker(slot));
            R result = at.source.poll(own);
            if (result != null || Ending.completed(at.source, own)) {
                slots[slot] = null;
                free[slots.length - running--] = slot;
                at.finished = true;
                at.result = result;
                if (!ordered) {
                    line.add(at);
                }
                at.source.close();
            }
            if (!cx.charge()) {
                return;
            }
        }
    }

    private @Nullable R take() {
        for (Call<R> head = line.peek(); head != null && head.finished; head = line.peek()) {
            line.remove();
            begun--;
            if (head.result != null) {
                return head.result;
            }
        }
        return null;
    }

    /** Calls that run may have a result; only polls can tell. */
    @Override
    public boolean isDone() {
        return begun == 0 && upstream.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        line.clear();
        for (Call<R> at : slots) {
            if (at != null) {
                closer.close(at.source::close);
            }
        }
        closer.close(upstream::close).rethrow();
    }

    private static final class Call<R> {
        final Source<? extends R> source;

        boolean finished;

        @Nullable R result;

        Call(Source<? extends R> source) {
            this.source = source;
        }
    }
}
