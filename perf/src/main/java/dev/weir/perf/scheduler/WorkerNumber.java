package dev.weir.perf.scheduler;

import java.util.concurrent.atomic.AtomicInteger;

/** Numbers threads in the order of their first use. */
final class WorkerNumber {
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final ThreadLocal<Integer> MINE = ThreadLocal.withInitial(NEXT::getAndIncrement);

    private WorkerNumber() {}

    static int ofThisThread() {
        return MINE.get();
    }
}
