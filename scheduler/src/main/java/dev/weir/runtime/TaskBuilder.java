package dev.weir.runtime;

import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.task.Spawner;
import dev.weir.task.SpawnsForCaller;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How tasks are to be spawned: {@code runtime.task().name("fetch").spawn(fetch)}. Immutable, so one may be kept and
 * spawn many; each method returns another with one option changed.
 */
@SpawnsForCaller
public final class TaskBuilder implements Spawner {
    private final Starter runtime;
    private final @Nullable String name;
    private final boolean unconstrained;

    private TaskBuilder(Starter runtime, @Nullable String name, boolean unconstrained) {
        this.runtime = runtime;
        this.name = name;
        this.unconstrained = unconstrained;
    }

    /** Returns a builder without options; for those who implement a runtime. */
    public static TaskBuilder of(Starter runtime) {
        return new TaskBuilder(Objects.requireNonNull(runtime, "runtime"), null, false);
    }

    /** Names the tasks; their spawn site is remembered as well. Names need not be unique. */
    public TaskBuilder name(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        return new TaskBuilder(runtime, name, unconstrained);
    }

    /** Frees the tasks of the budget; see {@link Pollable#unconstrained()}. */
    public TaskBuilder unconstrained() {
        return new TaskBuilder(runtime, name, true);
    }

    /** Starts a task, as {@link TaskRuntime#spawn} does. */
    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable) {
        return runtime.spawn(unconstrained ? pollable.unconstrained() : pollable, name);
    }

    /** Runs a call that may block, as {@link TaskRuntime#spawnBlocking} does. */
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return runtime.spawnBlocking(call, name);
    }

    /** What a runtime does with the options of a task. */
    @SpawnsForCaller
    public interface Starter {
        /** Starts a task. */
        <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable, @Nullable String name);

        /** Runs a call that may block. */
        <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call, @Nullable String name);
    }
}
