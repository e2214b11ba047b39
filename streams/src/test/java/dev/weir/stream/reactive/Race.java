package dev.weir.stream.reactive;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Runs two actions as much at the same time as two threads can. */
final class Race {
    static final int ROUNDS = 2_500;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "race");
        thread.setDaemon(true);
        return thread;
    });

    private Race() {}

    /** Returns when both have returned; throws what either has thrown. */
    static void of(Runnable one, Runnable other) throws Exception {
        AtomicInteger barrier = new AtomicInteger(2);
        Future<?> second = THREADS.submit(() -> meetAndRun(barrier, other));
        meetAndRun(barrier, one);
        try {
            second.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the other side of the race", e);
        }
    }

    private static void meetAndRun(AtomicInteger barrier, Runnable action) {
        barrier.decrementAndGet();
        for (int spins = 0; barrier.get() > 0; spins++) {
            if (spins < 2_000) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(1); // the other has no core yet
            }
        }
        action.run();
    }
}
