package dev.weir.perf.scheduler;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One task spawns a million short ones in a loop on one worker; the others get work only by stealing, or from where the
 * overflow goes. The efficiency is the ideal time, that of a plain loop on one thread divided by the workers, over the
 * time taken. No runtime reaches the ideal, as the pieces are made by one processor and end at one counter; what threads
 * reach that share the same pieces out of an array is the bare efficiency.
 */
final class FanOut {
    private static final int SPREAD = 16; // counters a cache line (and the one beside it) apart
    private static final int MAX_WORKERS = 256;
    private static final int SLICE = 128; // about what a thief takes
    private static final int BARE_ROUNDS = 3;
    private static final int LEAST_SERIAL = 10_000; // pieces: fewer would be over between two ticks of the clock

    private final Bench bench;
    private final int tasks;
    private final long steps;
    private final AtomicLongArray ranBy = new AtomicLongArray(MAX_WORKERS * SPREAD);
    private final AtomicLong spawnNanos = new AtomicLong();
    private boolean counting;

    FanOut(Bench bench) {
        this.bench = bench;
        this.tasks = bench.sizes.tasks(1_000_000);
        this.steps = bench.sizes.workSteps != null
                ? bench.sizes.workSteps
                : Math.round(bench.sizes.workNanos / Burn.nanosPerStep());
    }

    void run() throws InterruptedException {
        double serial = serialNanos();
        bench.subject.drive(bench.meter, this::round);
        double ideal = serial * tasks / bench.workers / 1e9;
        double seconds = bench.meter.seconds();
        double busiest = busiestShare(); // before the threads alone, which count as well
        bench.iterations(tasks)
                .setting("tasks", tasks)
                .setting("work_steps", steps)
                .figure("work_ns", serial)
                .figure("ideal_secs", ideal)
                .figure("efficiency", ideal * bench.meter.count() / seconds)
                .figure("bare_efficiency", ideal / bareSeconds())
                .figure("spawn_loop_share", spawnNanos.get() / 1e9 / seconds)
                .figure("busiest_worker_share", busiest);
    }

    private void round(Countdown left) {
        boolean measured = bench.meter.isMeasuring();
        if (measured && !counting) {
            counting = true;
            for (int i = 0; i < MAX_WORKERS; i++) {
                ranBy.setPlain(i * SPREAD, 0);
            }
        }
        left.arm(tasks);
        long start = System.nanoTime();
        for (int i = 0; i < tasks; i++) {
            bench.subject.spawn(new Piece(i, left));
        }
        if (measured) {
            spawnNanos.addAndGet(System.nanoTime() - start);
        }
    }

    /** The same work in a plain loop on one thread. */
    private double serialNanos() {
        int count = Math.max(LEAST_SERIAL, tasks / 4);
        long mix = 0;
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            mix ^= Burn.steps(i, steps);
        }
        Burn.consume(mix | 1); // before the clock, or the loop may move behind it
        return (double) (System.nanoTime() - start) / count;
    }

    /** The best of some rounds of threads that do nothing but the pieces, making them included. */
    private double bareSeconds() throws InterruptedException {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < BARE_ROUNDS; round++) {
            Piece[] pieces = new Piece[tasks];
            AtomicInteger taken = new AtomicInteger();
            Countdown left = new Countdown(() -> {});
            long start = System.nanoTime();
            left.arm(tasks);
            for (int i = 0; i < tasks; i++) {
                pieces[i] = new Piece(i, left);
            }
            Thread[] threads = new Thread[bench.workers];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> runSlices(pieces, taken), "bare-" + i);
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }

    private static void runSlices(Piece[] pieces, AtomicInteger taken) {
        for (int from = 0; (from = taken.getAndAdd(SLICE)) < pieces.length; ) {
            int end = Math.min(pieces.length, from + SLICE);
            for (int i = from; i < end; i++) {
                pieces[i].run();
            }
        }
    }

    private double busiestShare() {
        long total = 0;
        long most = 0;
        for (int i = 0; i < MAX_WORKERS; i++) {
            long ran = ranBy.get(i * SPREAD);
            total += ran;
            most = Math.max(most, ran);
        }
        return total == 0 ? Double.NaN : (double) most / total;
    }

    private final class Piece extends Work {
        private final int seed;
        private final Countdown left;

        Piece(int seed, Countdown left) {
            this.seed = seed;
            this.left = left;
        }

        @Override
        public void run() {
            Burn.consume(Burn.steps(seed, steps));
            int worker = bench.subject.worker();
            if (worker >= 0) {
                int mine = (worker % MAX_WORKERS) * SPREAD;
                ranBy.setPlain(mine, ranBy.getPlain(mine) + 1); // a worker's own
            }
            left.down();
        }
    }
}
