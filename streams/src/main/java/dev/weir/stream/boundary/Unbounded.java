package dev.weir.stream.boundary;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Ending;
import dev.weir.stream.push.Emitter;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pulls upstream in a task of its own, without end and without regard to demand, into something that decides about what
 * is too much: for hot sources that fail, or drop unseen, when they are not asked.
 */
public final class Unbounded<T, R> implements Source<R> {
    private final Feeder feeder;
    private final Held<T, R> held;
    private final Source<R> outlet;
    private @Nullable JoinHandle<?> handle;

    private Unbounded(Source<? extends T> upstream, Held<T, R> held) {
        this.held = held;
        this.outlet = held.outlet();
        this.feeder = new Feeder(upstream);
    }

    /** Creates a source that holds items, and drops them, as an emitter does. Its feeder does not run yet. */
    public static <T> Unbounded<T, T> buffered(Source<? extends T> upstream, Emitter<T> into) {
        return new Unbounded<>(upstream, Held.in(into));
    }

    /**
     * Creates a source that folds into one value what is not taken. Its feeder does not run yet.
     *
     * @param first makes a value of an item when none is held
     * @param reducer folds an item into the value that is held
     */
    public static <T, R> Unbounded<T, R> folded(
            Source<? extends T> upstream,
            Function<? super T, ? extends R> first,
            BiFunction<? super R, ? super T, ? extends R> reducer) {
        return new Unbounded<>(upstream, new Folded<T, R>(first, reducer));
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        if (handle == null) {
            if (isDone()) {
                feeder.upstream.poll(cx); // which takes no item (S3)
                return null;
            }
            try {
                handle = cx.service(TaskRuntime.class).spawn(feeder);
            } catch (Throwable thrown) {
                feeder.close();
                throw thrown;
            }
        }
        return outlet.poll(cx);
    }

    /** Before there is a feeder upstream is the owner's. */
    @Override
    public boolean isDone() {
        return handle == null ? feeder.upstream.isDone() : outlet.isDone();
    }

    /** The feeder closes upstream, on its worker. */
    @Override
    public void close() {
        outlet.close();
        if (handle == null) {
            feeder.close();
        } else {
            handle.cancel();
        }
    }

    private final class Feeder implements Pollable<@Nullable Void> {
        private final Source<? extends T> upstream;
        private Outcome.@Nullable How how;
        private boolean closed;

        Feeder(Source<? extends T> upstream) {
            this.upstream = upstream;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            try {
                while (!held.isClosed()) {
                    T item = upstream.poll(cx);
                    if (item == null) {
                        how = Ending.completed(upstream, cx) ? Outcome.How.of(null) : null;
                        return how != null ? Poll.done() : Poll.pending();
                    }
                    held.put(item);
                    if (!cx.mayGoOn()) {
                        return Poll.pending();
                    }
                }
            } catch (Throwable thrown) {
                how = Outcome.How.of(thrown);
            }
            return Poll.done();
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                upstream.close();
            } finally {
                held.end(how != null ? how : Outcome.How.cutOff());
            }
        }
    }
}
