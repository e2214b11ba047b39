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
    private final boolean background;

    private TaskBuilder(Starter runtime, @Nullable String name, boolean unconstrained, boolean background) {
        this.runtime = runtime;
        this.name = name;
        this.unconstrained = unconstrained;
        this.background = background;
    }

    /** Returns a builder without options; for those who implement a runtime. */
    public static TaskBuilder of(Starter runtime) {
        return new TaskBuilder(Objects.requireNonNull(runtime, "runtime"), null, false, false);
    }

    /** Names the tasks; their spawn site is remembered as well. Names need not be unique. */
    public TaskBuilder name(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        return new TaskBuilder(runtime, name, unconstrained, background);
    }

    /** Frees the tasks of the budget; see {@link Pollable#unconstrained()}. */
    public TaskBuilder unconstrained() {
        return new TaskBuilder(runtime, name, true, background);
    }

    /**
     * Lets the tasks give way to all others, for work that computes: they are polled when there is nothing else to run,
     * by all workers but one at most, and for a sixteenth of a worker's time if there always is. A poll should still
     * return every millisecond or so. Blocking calls are not concerned.
     */
    public TaskBuilder background() {
        return new TaskBuilder(runtime, name, unconstrained, true);
    }

    /** Starts a task, as {@link TaskRuntime#spawn} does. */
    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable) {
        Pollable<T> body = unconstrained ? pollable.unconstrained() : pollable;
        return background ? runtime.spawnInBackground(body, name) : runtime.spawn(body, name);
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

        /** Starts a task that gives way to others; as any other, where there is no lane for such. */
        default <T extends @Nullable Object> JoinHandle<T> spawnInBackground(
                Pollable<T> pollable, @Nullable String name) {
            return spawn(pollable, name);
        }

        /** Runs a call that may block. */
        <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call, @Nullable String name);
    }
}
