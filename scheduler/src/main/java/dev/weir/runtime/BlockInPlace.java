package dev.weir.runtime;

import dev.weir.task.Context;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Makes room on the calling thread for a call that blocks, whatever the thread does otherwise. */
final class BlockInPlace {
    private BlockInPlace() {}

    static <T extends @Nullable Object> T call(Callable<T> call) throws Exception {
        Context cx = Context.current();
        if (cx == null) {
            return call.call(); // nothing is polled here
        }
        if (cx.host() instanceof Worker worker && worker.isRunBy(cx)) {
            return worker.blockInPlace(call);
        }
        if (cx.host() instanceof CurrentThreadRuntime runtime) {
            throw new IllegalStateException(
                    "blockInPlace on " + Thread.currentThread().getName() + " would stop all of " + runtime
                            + ", which has no other thread: use spawnBlocking and poll its handle");
        }
        return outside(cx, call); // on behalf of one task only, or of one whose worker another thread runs already
    }

    /** As the other, of what throws nothing checked, and in no poll as well. */
    static void outside(@Nullable Context cx, Runnable call) {
        if (cx == null) {
            call.run();
            return;
        }
        try {
            outside(cx, Executors.callable(call));
        } catch (RuntimeException thrown) {
            throw thrown;
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Lets the call do what a thread that polls must not, such as joining a task. */
    static <T extends @Nullable Object> T outside(Context cx, Callable<T> call) throws Exception {
        TaskRuntime runtime = cx.host().service(TaskRuntime.class);
        Entered pause = null;
        cx.pause();
        try {
            pause = runtime == null ? null : new Entered(runtime, true);
            return call.call();
        } finally {
            if (pause != null) {
                pause.end();
            }
            cx.resume();
        }
    }
}
