package dev.weir.testkit.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The tasks that were woken: those that can run, in the order of their wakes, and those whose wake is still on its way. */
final class Agenda {
    private static final int PRIORITY_LASTS = 16;

    private final Choices choices;
    private final List<SimulatedTask<?>> ready = new ArrayList<>();
    private final PriorityQueue<SimulatedTask<?>> late = new PriorityQueue<>(
            Comparator.<SimulatedTask<?>>comparingLong(task -> task.due).thenComparingLong(task -> task.order));
    private long added;

    Agenda(Choices choices) {
        this.choices = choices;
    }

    void add(SimulatedTask<?> task) {
        ready.add(task);
    }

    void addLate(SimulatedTask<?> task, long dueNanos) {
        task.due = dueNanos;
        task.order = added++;
        late.add(task);
    }

    /** Makes those ready whose wake has arrived by now. */
    void arrive(long nowNanos) {
        for (SimulatedTask<?> first = late.peek(); first != null && first.due - nowNanos <= 0; first = late.peek()) {
            ready.add(late.remove());
        }
    }

    /** Makes the next of the late ones ready before its time; false if there is none. */
    boolean hurry() {
        SimulatedTask<?> first = late.poll();
        return first != null && ready.add(first);
    }

    /** Returns how long until the next late wake; {@link Long#MAX_VALUE} if there is none. */
    long nanosUntilNext(long nowNanos) {
        SimulatedTask<?> first = late.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.due - nowNanos);
    }

    int readyCount() {
        return ready.size();
    }

    int size() {
        return ready.size() + late.size();
    }

    /** Takes a task that can run, as the seed wills; null if there is none. */
    @Nullable SimulatedTask<?> take() {
        if (ready.isEmpty()) {
            return null;
        }
        return ready.remove(
                switch (choices.order()) {
                    case ANY -> choices.below(ready.size());
                    case OLDEST -> 0;
                    case NEWEST -> ready.size() - 1;
                    case PRIORITY -> foremost();
                });
    }

    private int foremost() {
        int best = 0;
        for (int i = 1; i < ready.size(); i++) {
            if (ready.get(i).priority > ready.get(best).priority) {
                best = i;
            }
        }
        if (choices.below(PRIORITY_LASTS) == 0) {
            ready.get(best).priority = choices.next();
        }
        return best;
    }
}
