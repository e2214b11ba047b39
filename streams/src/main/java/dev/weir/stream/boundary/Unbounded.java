package dev.weir.stream.boundary;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Ending;
import dev.weir.stream.push.Emitter;
import dev.weir.stream.push.Overflow;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Pulls upstream in a task of its own, without end and without regard to demand, into the buffer of an emitter, whose
 * policy decides about what is too much: for hot sources that fail, or drop unseen, when they are not asked.
 */
public final class Unbounded<T> implements Source<T> {
    private final Feeder feeder;
    private final Emitter<T> emitter;
    private final Source<T> outlet;
    private @Nullable JoinHandle<?> handle;

    /** Creates a source whose feeder does not run. */
    public Unbounded(Source<? extends T> upstream, int capacity, Overflow overflow) {
        this.emitter = new Emitter<>(capacity, overflow);
        this.outlet = emitter.source();
        this.feeder = new Feeder(upstream);
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (handle == null) {
            try {
                handle = cx.service(TaskRuntime.class).spawn(feeder);
            } catch (RuntimeException | Error thrown) {
                feeder.close();
                throw thrown;
            }
        }
        return outlet.poll(cx);
    }

    @Override
    public boolean isDone() {
        return outlet.isDone();
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
        private @Nullable Throwable failure;
        private boolean completed;
        private boolean closed;

        Feeder(Source<? extends T> upstream) {
            this.upstream = upstream;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            try {
                while (!emitter.isClosed()) {
                    T item = upstream.poll(cx);
                    if (item == null) {
                        completed = Ending.completed(upstream, cx);
                        return completed ? Poll.done() : Poll.pending();
                    }
                    emitter.emit(item);
                }
            } catch (Exception | Error thrown) {
                failure = thrown;
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
                if (failure != null) {
                    emitter.fail(failure);
                } else if (completed) {
                    emitter.complete();
                } else if (!emitter.isClosed()) {
                    emitter.fail(
                            new CancellationException("the stream was ended early by the shutdown of its runtime"));
                }
            }
        }
    }
}
