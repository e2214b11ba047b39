package dev.weir.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happens outside of the tasks: the bytes that arrive, the disk that answers. Each at its time, equals in any order. */
final class DeviceEvents {
    private final Choices choices;
    /** By the time when they are due; no list is empty, and each is in the order of the adding. */
    private final TreeMap<Long, List<Event>> events = new TreeMap<>();

    DeviceEvents(Choices choices) {
        this.choices = choices;
    }

    void add(long dueNanos, String what, Runnable action) {
        events.computeIfAbsent(dueNanos, due -> new ArrayList<>()).add(new Event(what, action));
    }

    boolean isDue(long nowNanos) {
        return nanosUntilNext(nowNanos) == 0;
    }

    /** Returns how long until the next event; {@link Long#MAX_VALUE} if there is none. */
    long nanosUntilNext(long nowNanos) {
        return events.isEmpty() ? Long.MAX_VALUE : Math.max(0, events.firstKey() - nowNanos);
    }

    /** Takes one of the events that are next, all of the same time; only if there is one. */
    Event take() {
        Map.Entry<Long, List<Event>> next = events.firstEntry();
        List<Event> equals = next.getValue();
        Event taken = equals.remove(choices.below(equals.size()));
        if (equals.isEmpty()) {
            events.remove(next.getKey());
        }
        return taken;
    }

    record Event(String what, Runnable action) {}
}
