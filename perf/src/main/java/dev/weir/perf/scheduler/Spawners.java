package dev.weir.perf.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;

/**
 * Threads outside of the system that spawn empty tasks all at the same time, each its part of them. An iteration is over
 * when the last task has ended. Each thread's tasks count down their own counter, so that the workers do not meet there.
 */
final class Spawners {
    private static final int TASKS = 64_000;

    private final Bench bench;
    private final int threads;
    private final int part;
    private final CyclicBarrier start;
    private final List<Thread> spawners = new ArrayList<>();
    private volatile CountDownLatch ended = new CountDownLatch(0);
    private volatile boolean over;

    Spawners(Bench bench) {
        this.bench = bench;
        this.threads = bench.sizes.threads;
        this.part = Math.max(1, bench.sizes.tasks(TASKS) / threads);
        this.start = new CyclicBarrier(threads + 1);
    }

    void run() throws InterruptedException, BrokenBarrierException {
        for (int i = 0; i < threads; i++) {
            Thread spawner = new Thread(this::spawn, "spawner-" + i);
            spawner.setDaemon(true);
            spawners.add(spawner);
            spawner.start();
        }
        while (bench.meter.getAsBoolean()) {
            CountDownLatch all = new CountDownLatch(threads);
            ended = all;
            start.await();
            all.await();
        }
        over = true;
        start.await();
        for (Thread spawner : spawners) {
            spawner.join();
        }
        bench.iterations((long) part * threads)
                .setting("tasks", (long) part * threads)
                .setting("threads", threads);
    }

    private void spawn() {
        try {
            for (start.await(); !over; start.await()) {
                Countdown left = new Countdown(ended::countDown);
                left.arm(part);
                for (int i = 0; i < part; i++) {
                    bench.subject.spawn(new Piece(left));
                }
            }
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Piece extends Work {
        private final Countdown left;

        Piece(Countdown left) {
            this.left = left;
        }

        @Override
        public void run() {
            left.down();
        }
    }
}
