package dev.weir.testkit.simulation;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a simulated run, in order: the same, byte for byte, whenever the same program runs with the same
 * seed. Keeps the last {@value #KEPT} events, and a {@linkplain #digest() digest} of all of them.
 *
 * <pre>
 * 17     3.000000 ms  timer  fires
 * 18     3.000000 ms  wake   consumer by timer
 * 19     3.000000 ms  poll   consumer budget 2
 * </pre>
 *
 * <p>Confined to the thread of the simulation.
 */
public final class EventLog {
    /** How many events are kept. */
    public static final int KEPT = 10_000;

    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private long count;
    private long digest;

    EventLog() {}

    /** What happens to a task, or to time. */
    enum Kind {
        SPAWN,
        POLL,
        READY,
        THREW,
        CANCEL,
        END,
        WAKE,
        SPURIOUS,
        LATE,
        TIMER,
        TIME,
        DEVICE,
        CALL,
        NOTE
    }

    void add(long nanos, Kind kind, String who, @Nullable String what, long number) {
        Event event = new Event(count++, nanos, kind, who, what, number);
        digest = digest * 0x5DEECE66DL + event.fingerprint();
        if (events.size() == KEPT) {
            events.removeFirst();
        }
        events.addLast(event);
    }

    /** Returns how many events there were. */
    public long size() {
        return count;
    }

    /** Returns a number that depends on every event there was: two runs that differ anywhere hardly share it. */
    public long digest() {
        return digest;
    }

    /** Returns the last lines, at most so many. */
    public List<String> tail(int lines) {
        return events.stream()
                .skip(Math.max(0, events.size() - lines))
                .map(Event::toString)
                .collect(Collectors.toList());
    }

    /** Returns all lines that are kept, each with its end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event).append('\n'));
        return text.toString();
    }

    private record Event(
            long index,
            long nanos,
            Kind kind,
            String who,
            @Nullable String what,
            long number) {
        /** Of specified hashes only: the hash of an enum's constant is another in every JVM. */
        long fingerprint() {
            return nanos * 31
                    + kind.name().hashCode() * 131L
                    + who.hashCode() * 524287L
                    + Objects.hashCode(what) * 8191L
                    + number;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-6d %6d.%06d ms  %-8s %s%s",
                    index,
                    Math.floorDiv(nanos, 1_000_000),
                    Math.floorMod(nanos, 1_000_000),
                    kind.name().toLowerCase(Locale.ROOT),
                    who,
                    detail());
        }

        private String detail() {
            return switch (kind) {
                case POLL -> " budget " + number;
                case WAKE -> " by " + what;
                case LATE -> " by " + number / 1000 + " us";
                case THREW, NOTE, SPAWN -> what == null ? "" : " " + what;
                default -> "";
            };
        }
    }
}
