package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Polls a task on whichever thread wakes it, before the wake returns: no hop. A wake in the midst of such a poll, of this
 * task or of another one, only queues it; the poll that goes on returns first. So nothing recurses (§3.3), however
 * streams that run like this are nested. The thread may be in the midst of a poll of a task that has nothing to do with
 * it, and what is bound there is hidden.
 */
final class Trampoline implements Scheduler {
    /** What the thread has still to poll; null while it is in no such poll. */
    private static final ThreadLocal<@Nullable Line> PENDING = new ThreadLocal<>();

    private final TaskRuntime host;

    /** The one behind this one in the line of a thread. Belongs, as the task does, to the thread that has scheduled it. */
    private @Nullable Trampoline next;

    private @Nullable Task<?> task;

    private Trampoline(TaskRuntime host) {
        this.host = host;
    }

    /**
     * Makes a task, and polls it for the first time before this returns, unless it waits in the line of the thread.
     *
     * @param host lends its services, such as timers, and learns of what is undeliverable
     */
    static void start(Pollable<?> pollable, TaskRuntime host) {
        Trampoline here = new Trampoline(host);
        here.schedule(new Task<>(pollable, here));
    }

    @Override
    public void schedule(Task<?> its) {
        Line line = PENDING.get();
        if (line != null) {
            task = its;
            line.add(this);
            return;
        }
        line = new Line();
        PENDING.set(line);
        task = its;
        try {
            for (Trampoline at = this; at != null; at = line.poll()) {
                at.bounce();
            }
        } finally {
            PENDING.remove();
        }
    }

    private void bounce() {
        Task<?> its = Objects.requireNonNull(task);
        try {
            its.runAside(host, Budget.DEFAULT);
        } catch (Throwable thrown) { // out of memory, say: no refusal of the first, and the others wait
            undeliverable(thrown);
        }
    }

    @Override
    public void requeue(Task<?> its) {
        schedule(its);
    }

    @Override
    public void completed(Task<?> its) {}

    @Override
    public void undeliverable(Throwable thrown) {
        if (host instanceof Scheduler scheduler) {
            scheduler.undeliverable(thrown);
        }
    }

    /** First come, first served, linked through themselves: to wait in it needs no memory. */
    private static final class Line {
        private @Nullable Trampoline first;
        private @Nullable Trampoline last;

        void add(Trampoline one) {
            if (last == null) {
                first = one;
            } else {
                last.next = one;
            }
            last = one;
        }

        @Nullable Trampoline poll() {
            Trampoline one = first;
            if (one != null) {
                first = one.next;
                one.next = null;
                last = first == null ? null : last;
            }
            return one;
        }
    }
}
