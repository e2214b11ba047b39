package dev.weir.io.call;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One call on a thread for blocking calls of the runtime, begun by the first poll. Closing it gives up a call that has
 * not begun; one that has runs on, so what it opens must find out by itself that nobody wants it any more. Charges one
 * operation when it is ready: who charges for the result itself would never get it on a budget of one.
 *
 * @param <T> the type of the result
 */
public final class BlockingCall<T extends @Nullable Object> implements Pollable<T> {
    private final Callable<T> call;
    private @Nullable JoinHandle<T> running;

    /** Creates a call that was not begun. */
    public BlockingCall(Callable<T> call) {
        this.call = call;
    }

    /**
     * {@inheritDoc}
     *
     * @throws Exception what the call throws
     */
    @Override
    public Poll<T> poll(Context cx) throws Exception {
        JoinHandle<T> begun = running;
        if (begun == null) {
            begun = cx.service(TaskRuntime.class).spawnBlocking(call);
            running = begun;
        }
        try {
            return begun.poll(cx);
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception own ? own : e;
        }
    }

    @Override
    public void close() {
        if (running != null) {
            running.cancel();
        }
    }
}
