package dev.weir.testkit.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What happens outside of the tasks: the bytes that arrive, the disk that answers. Each at its time, equals in any order. */
final class DeviceEvents {
    private final Choices choices;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::due).thenComparingLong(Event::order));
    private long added;

    DeviceEvents(Choices choices) {
        this.choices = choices;
    }

    void add(long dueNanos, String what, Runnable action) {
        events.add(new Event(dueNanos, added++, what, action));
    }

    boolean isDue(long nowNanos) {
        Event first = events.peek();
        return first != null && first.due <= nowNanos;
    }

    /** Returns how long until the next event; {@link Long#MAX_VALUE} if there is none. */
    long nanosUntilNext(long nowNanos) {
        Event first = events.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.due - nowNanos);
    }

    /** Takes one of the events that are next, all of the same time; only if there is one. */
    Event take() {
        List<Event> equals = new ArrayList<>();
        Event first = events.element();
        while (!events.isEmpty() && events.element().due == first.due) {
            equals.add(events.remove());
        }
        Event taken = equals.remove(choices.below(equals.size()));
        events.addAll(equals);
        return taken;
    }

    record Event(long due, long order, String what, Runnable action) {}
}
