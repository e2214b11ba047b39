package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Gives the latest item whenever another source gives one, and drops the others. Holds one item. The other one is asked
 * when upstream has nothing now, so that the latest is meant of all that are there; or when upstream has used up the
 * budget before.
 *
 * <pre>
 * in a poll                  an item is held       none
 * upstream gives an item     hold the new one      hold it
 * the other gives an item    give what is held     -
 * either completes           give it, then ended   ended
 * </pre>
 */
public final class SampleWhen<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Source<?> other;
    private final Precedence order = new Precedence(Precedence.UPSTREAM);
    private @Nullable T latest;
    private boolean ended;

    public SampleWhen(Source<? extends T> upstream, Source<?> other) {
        this.upstream = upstream;
        this.other = other;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        for (boolean goesOn = true; goesOn; ) {
            if (ended) {
                return null;
            }
            T newer = null;
            boolean tick = false;
            for (order.begin(2, cx); order.goesOn(); order.asked(cx)) {
                if (order.who() == Precedence.UPSTREAM) {
                    newer = upstream.poll(cx);
                    ended = newer == null && Ending.completed(upstream, cx);
                } else {
                    tick = other.poll(cx) != null;
                    ended = !tick && Ending.completed(other, cx);
                }
                if (ended || (tick && latest != null)) {
                    return take();
                }
                if (newer != null) {
                    break;
                }
            }
            if (newer == null && !tick) {
                return null;
            }
            latest = newer != null ? newer : latest;
            goesOn = cx.mayGoOn() || isDone();
            if (newer != null) {
                order.asked(cx); // behind the step, which may be what has used up the budget
            }
        }
        return null;
    }

    private @Nullable T take() {
        T taken = latest;
        latest = null;
        return taken;
    }

    @Override
    public boolean isDone() {
        return latest == null && (ended || upstream.isDone());
    }

    @Override
    public void close() {
        new Closer().close(other::close).close(upstream::close).rethrow();
    }
}
