package dev.weir.stream;

import dev.weir.stream.op.Closer;
import dev.weir.task.Context;
import dev.weir.task.FirstFailure;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stops and goes on with the demand of the runs of one or more streams: see {@link LimitOperators#pauseDemand}. May be
 * used from any thread. Not paused at first.
 */
public final class DemandPauser {
    /** One for each run that has waited and is not closed. */
    private final Set<WakerCell> waiting = ConcurrentHashMap.newKeySet();

    private volatile boolean paused;

    /** From now on nothing is asked of upstream; a poll that has begun may still take an item. */
    public void pause() {
        paused = true;
    }

    /** Goes on, and wakes who has waited. */
    public void resume() {
        paused = false;
        Throwable failure = null;
        for (WakerCell each : waiting) {
            failure = FirstFailure.of(WakerCell::wake, each, failure);
        }
        FirstFailure.rethrow(failure);
    }

    public boolean isPaused() {
        return paused;
    }

    <T> Source<T> gate(Source<? extends T> upstream) {
        return new Gate<T>(upstream);
    }

    private final class Gate<T> implements Source<T> {
        private final Source<? extends T> upstream;
        private final WakerCell resumed = new WakerCell();

        Gate(Source<? extends T> upstream) {
            this.upstream = upstream;
        }

        /** The end is told even so: a poll of a source that is done takes no item. */
        @Override
        public @Nullable T poll(Context cx) throws Exception {
            return paused && !upstream.isDone() && mustWait(cx) ? null : upstream.poll(cx);
        }

        /** Registers and then looks again: a resume either finds the cell or is seen here. */
        private boolean mustWait(Context cx) {
            waiting.add(resumed);
            resumed.register(cx.waker());
            return paused;
        }

        @Override
        public boolean isDone() {
            return upstream.isDone();
        }

        @Override
        public void close() {
            new Closer()
                    .close(() -> waiting.remove(resumed))
                    .close(upstream::close)
                    .rethrow();
        }
    }
}
