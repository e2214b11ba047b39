package dev.weir.testkit.simulation;

import dev.weir.task.Task;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/** The tasks and calls that have not ended, in an order that is the same in every run. */
final class Population {
    private final IdentityHashMap<Task<?>, SimulatedTask<?>> byTask = new IdentityHashMap<>();
    private final List<SimulatedTask<?>> live = new ArrayList<>();

    void add(SimulatedTask<?> task) {
        byTask.put(task.task, task);
        task.index = live.size();
        live.add(task);
    }

    SimulatedTask<?> of(Task<?> task) {
        return Objects.requireNonNull(byTask.get(task), "a task that has ended");
    }

    SimulatedTask<?> remove(Task<?> task) {
        SimulatedTask<?> ended = of(task);
        byTask.remove(task);
        SimulatedTask<?> last = live.remove(live.size() - 1);
        if (last != ended) { // the last one takes its place
            last.index = ended.index;
            live.set(ended.index, last);
        }
        return ended;
    }

    SimulatedTask<?> get(int index) {
        return live.get(index);
    }

    int size() {
        return live.size();
    }

    int calls() {
        return (int) live.stream().filter(each -> each.isBlockingCall).count();
    }

    List<SimulatedTask<?>> all() {
        return List.copyOf(live);
    }
}
