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
 * item, or of none, which gives no result. In the ordered form a failure, too, waits for its turn. Upstream is asked
 * before the calls, unless it has used up the budget before.
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
    /** Those that run. */
    private final Slots<Call<R>> slots;

    /** Ordered: all that have begun. Otherwise: those that have finished. */
    private final ArrayDeque<Call<R>> line = new ArrayDeque<>();

    private int begun;

    private final Precedence order = new Precedence(Precedence.UPSTREAM);

    /** Nothing is begun any more: something has failed. */
    private boolean stopped;

    /** Of upstream: it comes after all results. */
    private @Nullable Throwable failure;

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
        slots = new Slots<>(concurrency);
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        ready.register(cx.waker());
        do {
            boolean started = false;
            boolean freed = false;
            for (order.begin(2, cx); order.goesOn(); order.asked(cx)) {
                if (order.who() == Precedence.UPSTREAM) {
                    started = start(cx);
                } else {
                    int before = slots.size() + begun;
                    finish(cx);
                    R result = take();
                    if (result != null) {
                        return result;
                    }
                    freed = slots.size() + begun < before; // upstream may not have been asked and know no waker (S2)
                }
            }
            if (!started && !freed) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    /** Takes one item if its call may begin. True if that changed anything. */
    private boolean start(Context cx) throws Exception {
        if (stopped || slots.isFull() || begun >= buffer) {
            return false;
        }
        Source<? extends R> source;
        try {
            T item = upstream.poll(cx);
            if (item == null) {
                return false;
            }
            source = call.apply(item);
        } catch (Throwable thrown) {
            stopped = true;
            failure = thrown;
            if (!ordered) {
                Failures.rethrow(thrown);
            }
            return true;
        }
        Call<R> started = new Call<>(source);
        begun++;
        if (ordered) {
            line.add(started);
        }
        ready.mark(slots.add(started));
        return true;
    }

    private void finish(Context cx) throws Exception {
        for (int slot = ready.next(cx); slot >= 0; slot = ready.next(cx)) {
            Call<R> at = slots.get(slot);
            if (at == null) {
                continue; // its waker was woken once more after its end
            }
            Context own = ready.context(slot, cx);
            try {
                at.result = at.source.poll(own);
                at.finished = at.result != null || Ending.completed(at.source, own);
            } catch (Throwable thrown) {
                if (!ordered) {
                    throw thrown;
                }
                stopped = true;
                at.finished = true;
                at.failure = thrown;
            }
            if (at.finished) {
                release(slot, at);
            }
            if (!cx.mayGoOn()) {
                return;
            }
        }
    }

    private void release(int slot, Call<R> at) {
        slots.remove(slot);
        if (!ordered) {
            line.add(at);
        }
        at.source.close();
    }

    private @Nullable R take() throws Exception {
        for (Call<R> head = line.peek(); head != null && head.finished; head = line.peek()) {
            line.remove();
            begun--;
            Failures.rethrow(head.failure);
            if (head.result != null) {
                return head.result;
            }
        }
        if (begun == 0) {
            Failures.rethrow(failure);
        }
        return null;
    }

    /** Calls that run may have a result; only polls can tell. */
    @Override
    public boolean isDone() {
        return begun == 0 && (stopped || upstream.isDone());
    }

    @Override
    public void close() {
        ready.retire();
        Closer closer = new Closer();
        line.clear();
        for (int slot = 0; slot < slots.reach(); slot++) {
            Call<R> at = slots.get(slot);
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

        @Nullable Throwable failure;

        Call(Source<? extends R> source) {
            this.source = source;
        }
    }
}
