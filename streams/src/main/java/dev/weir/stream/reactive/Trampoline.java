package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Polls a task on whichever thread wakes it, before the wake returns: no hop. A wake in the midst of such a poll, of this
 * task or of another one, only queues it; the poll that goes on returns first. So nothing recurses (§3.3), however
 * streams that run like this are nested. The thread may be in the midst of a poll of a task that has nothing to do with
 * it, and what is bound there is hidden.
 */
final class Trampoline implements Scheduler {
    /** What the thread has still to poll; null while it is in no such poll. */
    private static final ThreadLocal<@Nullable ArrayDeque<Task<?>>> PENDING = new ThreadLocal<>();

    private final TaskRuntime host;

    /**
     * Creates a trampoline.
     *
     * @param host lends its services, such as timers, and learns of what is undeliverable
     */
    Trampoline(TaskRuntime host) {
        this.host = host;
    }

    @Override
    public void schedule(Task<?> task) {
        ArrayDeque<Task<?>> pending = PENDING.get();
        if (pending != null) {
            add(pending, task);
            return;
        }
        pending = new ArrayDeque<>(2);
        PENDING.set(pending);
        try {
            for (Task<?> next = task; next != null; next = pending.poll()) {
                Trampoline its = (Trampoline) next.scheduler(); // not this one, if two lend from two runtimes
                try {
                    next.runAside(its.host, Budget.DEFAULT);
                } catch (Throwable thrown) { // out of memory, say: no refusal of the first, and the others wait
                    its.undeliverable(thrown);
                }
            }
        } finally {
            PENDING.remove();
        }
    }

    private static void add(ArrayDeque<Task<?>> pending, Task<?> task) {
        try {
            pending.addLast(task);
        } catch (OutOfMemoryError none) {
            pending.pollLast(); // a deque that cannot grow has taken it all the same, and counts itself empty
            throw none;
        }
    }

    @Override
    public void requeue(Task<?> task) {
        schedule(task);
    }

    @Override
    public void completed(Task<?> task) {}

    @Override
    public void undeliverable(Throwable thrown) {
        if (host instanceof Scheduler scheduler) {
            scheduler.undeliverable(thrown);
        }
    }
}
