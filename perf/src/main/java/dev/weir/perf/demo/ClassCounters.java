package dev.weir.perf.demo;

import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What is counted for all clients of one class. Safe for use by many threads. */
final class ClassCounters {
    /** Clients that were started. */
    final AtomicInteger clients = new AtomicInteger();
    /** Clients that have received the end. */
    final AtomicInteger finished = new AtomicInteger();
    /** Bytes of the file the clients will get if the time suffices. */
    final LongAdder wanted = new LongAdder();
    /** Bytes of the file the clients have received. */
    final LongAdder delivered = new LongAdder();
    /** Chunks that were asked of the file and not yet taken by the kernel as a whole. */
    final AtomicInteger chunksInFlight = new AtomicInteger();
    /** Chunks that sockets have room for and did not get yet. */
    final AtomicInteger demand = new AtomicInteger();
    /** Sockets that take no more at present. */
    final AtomicInteger stalled = new AtomicInteger();

    /** The counters of all classes. */
    static final class All {
        private final EnumMap<Pace, ClassCounters> counters = new EnumMap<>(Pace.class);

        All() {
            for (Pace pace : Pace.values()) {
                counters.put(pace, new ClassCounters());
            }
        }

        ClassCounters of(Pace pace) {
            return Objects.requireNonNull(counters.get(pace));
        }
    }
}
