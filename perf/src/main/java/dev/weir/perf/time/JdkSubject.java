package dev.weir.perf.time;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * The JDK's {@link ScheduledThreadPoolExecutor}, a heap behind a lock; what is cancelled is removed, as is done by all
 * who cancel much. A timeout is {@link CompletableFuture#orTimeout}.
 */
final class JdkSubject implements Subject {
    private final ScheduledThreadPoolExecutor executor;

    JdkSubject(int workers) {
        executor = new ScheduledThreadPoolExecutor(workers);
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void run(List<Body> bodies) throws InterruptedException {
        onThreads(bodies, new Timers() {
            @Override
            @SuppressWarnings("FutureReturnValueIgnored") // it is what is returned
            public Object start(Duration duration) {
                return executor.schedule(() -> {}, duration.toNanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void cancel(Object timer) {
                ((Future<?>) timer).cancel(false);
            }
        });
    }

    /** Runs bodies on threads of their own, as the timers of their system have no place for them. */
    static void onThreads(List<Body> bodies, Timers timers) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(bodies.size());
        for (Body body : bodies) {
            Thread thread = new Thread(() -> {
                try {
                    body.run(timers);
                } finally {
                    left.countDown();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        left.await();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the tasks have no more to say
    public void fire(int[] micros, LongConsumer lateness) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(micros.length);
        for (int each : micros) {
            long deadline = System.nanoTime() + each * 1_000L;
            executor.schedule(
                    () -> {
                        lateness.accept(System.nanoTime() - deadline);
                        left.countDown();
                    },
                    each,
                    TimeUnit.MICROSECONDS);
        }
        left.await();
    }

    @Override
    public void timeouts(BooleanSupplier next, boolean yield) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        executor.execute(new Timeouts(next, yield, over));
        over.await();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private final class Timeouts implements Runnable {
        private final BooleanSupplier next;
        private final boolean yield;
        private final CountDownLatch over;

        Timeouts(BooleanSupplier next, boolean yield, CountDownLatch over) {
            this.next = next;
            this.yield = yield;
            this.over = over;
        }

        @Override
        public void run() {
            while (next.getAsBoolean()) {
                CompletableFuture<Boolean> result =
                        yield ? new CompletableFuture<>() : CompletableFuture.completedFuture(true);
                result.orTimeout(5, TimeUnit.SECONDS);
                if (yield) {
                    executor.execute(() -> {
                        result.complete(true);
                        run();
                    });
                    return;
                }
                if (!result.join()) {
                    throw new IllegalStateException("another result");
                }
            }
            over.countDown();
        }
    }
}
