package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.copy.Copies;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a stream to its end, not begun yet. Nothing happens until it is polled, so it is used in one of these
 * ways, and once:
 *
 * <ul>
 *   <li>{@link #run(TaskRuntime)} starts it as a task and returns its handle;
 *   <li>{@code runtime.blockOn(run)} waits for it on the calling thread;
 *   <li>as a {@link Pollable} it is awaited by another task, for instance as the work of one item of {@link
 *       AsyncStream#forEachConcurrent forEachConcurrent}.
 * </ul>
 *
 * <p>It has opened the stream and owns what was opened: a run that is never used should be {@linkplain #close()
 * closed} if the stream holds something that needs it, such as a socket. A failure of the stream is thrown by the poll
 * and thus comes out of the handle; cancelling the handle closes the stream on its worker.
 *
 * @param <R> the type of the result
 */
public final class StreamRun<R extends @Nullable Object> implements Pollable<R> {
    private final Supplier<TaskRuntime> runtime;
    private Pollable<R> end;
    /** How many polls have used up their budget. */
    private int budgets;

    StreamRun(Pollable<R> end, Supplier<TaskRuntime> runtime) {
        this.end = Copies.ofNew(end);
        this.runtime = runtime;
    }

    /** Starts this as a task of the stream's own runtime, which is told by {@link AsyncStream#on}. */
    public JoinHandle<R> run() {
        return run(runtime.get());
    }

    /** Starts this as a task. */
    public JoinHandle<R> run(TaskRuntime runtime) {
        return Objects.requireNonNull(runtime, "runtime").spawn(this);
    }

    @Override
    public Poll<R> poll(Context cx) throws Exception {
        Poll<R> answer = end.poll(cx);
        if (answer.isPending() && cx.budget().isExhausted() && Copies.isDue(++budgets)) {
            end = Copies.ofHot(end);
        }
        return answer;
    }

    @Override
    public void close() {
        end.close();
    }
}
