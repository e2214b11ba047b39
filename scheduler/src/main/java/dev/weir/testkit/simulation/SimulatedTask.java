package dev.weir.testkit.simulation;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import dev.weir.task.TaskTraits;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A task, its name, and what the simulation notes of it. Stands between the task and its pollable. */
final class SimulatedTask<T extends @Nullable Object> implements Pollable<T> {
    final String name;
    final Task<T> task;
    final boolean isBlockingCall;
    private final Pollable<T> pollable;
    private final SimulatedRuntime runtime;

    /** The place among the live tasks; of {@link SimulatedRuntime}. */
    int index;
    /** Of {@link Agenda}. */
    long priority;

    long due;
    long order;

    SimulatedTask(
            String name, Pollable<T> pollable, boolean isBlockingCall, SimulatedRuntime runtime, Scheduler scheduler) {
        this.name = name;
        this.pollable = Objects.requireNonNull(pollable, "pollable");
        this.isBlockingCall = isBlockingCall;
        this.runtime = runtime;
        this.task = new Task<>(this, scheduler, new TaskTraits(name, null));
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        Poll<T> answer;
        try {
            answer = Objects.requireNonNull(pollable.poll(cx), () -> "poll of " + pollable + " returned null");
        } catch (Throwable thrown) {
            runtime.note(EventLog.Kind.THREW, name, thrown.getClass().getName());
            throw thrown;
        }
        if (answer.isReady()) {
            runtime.note(EventLog.Kind.READY, name, null);
        }
        return answer;
    }

    @Override
    public void close() {
        if (task.isCancelled()) {
            runtime.note(EventLog.Kind.CANCEL, name, null);
        }
        pollable.close();
    }

    Pollable<T> pollable() {
        return pollable;
    }

    /** A name that is the same in every run: the class of a lambda is numbered by the JVM. */
    static String kindOf(Object recipe) {
        String type = recipe.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        String plain = lambda < 0 ? type : type.substring(0, lambda);
        return plain.substring(plain.lastIndexOf('.') + 1) + (lambda < 0 ? "" : " lambda");
    }

    @Override
    public String toString() {
        return name;
    }
}
