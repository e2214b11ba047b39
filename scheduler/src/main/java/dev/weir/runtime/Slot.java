package dev.weir.runtime;

import dev.weir.task.Task;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The place in front of a worker's queue for the task woken last, whose data is still in the cache. The owner fills and
 * empties it; one who rescues the tasks of a worker that is in a long poll empties it.
 *
 * <pre>
 * event     EMPTY    a task
 * put       task     task, gives the one before back
 * take      -        EMPTY, gives the task, to one of those who try
 * renew     EMPTY, in a young object   -
 * </pre>
 */
final class Slot {
    /** There is no other worker that could rescue. */
    private final boolean alone;
    /** Replaced now and then, see {@link dev.weir.queue.WorkQueue#renew}; a rescuer may look into an old, empty one. */
    private volatile AtomicReference<@Nullable Task<?>> place = new AtomicReference<>();

    Slot(boolean alone) {
        this.alone = alone;
    }

    /** Owner: puts a task in and returns the one that was there, or null. */
    @Nullable Task<?> put(Task<?> task) {
        AtomicReference<@Nullable Task<?>> present = place;
        Task<?> displaced = present.get();
        if (displaced == null || alone) {
            present.lazySet(task); // only the owner fills the slot
            return displaced;
        }
        return present.getAndSet(task);
    }

    /** Takes the task out, or returns null. */
    @Nullable Task<?> take() {
        AtomicReference<@Nullable Task<?>> present = place;
        Task<?> task = present.get();
        if (task == null) {
            return null;
        }
        if (alone) {
            present.setPlain(null);
            return task;
        }
        return present.compareAndSet(task, null) ? task : null;
    }

    /** Owner: moves to a young object; false if there is a task in it. */
    boolean renew() {
        if (place.get() != null) {
            return false;
        }
        place = new AtomicReference<>();
        return true;
    }
}
