package dev.weir.perf.scheduler;

import dev.weir.perf.contest.Meter;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/** What is measured: each constant runs one workload on the bench's system and fills in its figures. */
enum Workload {
    /** The driver spawns empty tasks and waits for the last. */
    SPAWN_MANY_LOCAL {
        @Override
        void run(Bench bench) throws InterruptedException {
            int tasks = bench.sizes.tasks(10_000);
            bench.subject.drive(bench.meter, left -> {
                left.arm(tasks);
                for (int i = 0; i < tasks; i++) {
                    bench.subject.spawn(new Step(left));
                }
            });
            bench.iterations(tasks).setting("tasks", tasks);
        }
    },

    /** A thread outside spawns while nothing else runs, then awaits every handle. */
    SPAWN_MANY_REMOTE_IDLE {
        @Override
        void run(Bench bench) throws Exception {
            remote(bench);
        }
    },

    /** The same beside tasks that keep every worker busy. */
    SPAWN_MANY_REMOTE_BUSY {
        @Override
        void run(Bench bench) throws Exception {
            boolean respawn = bench.sizes.how == Sizes.Busy.RESPAWN;
            int usual = respawn ? bench.workers - 1 : 2 * bench.workers;
            int busy = bench.sizes.busy == null ? usual : bench.sizes.busy;
            long stall = respawn ? 0 : bench.sizes.stallMicros;
            AtomicBoolean on = new AtomicBoolean(true);
            for (int i = 0; i < busy; i++) {
                if (respawn) {
                    bench.subject.spawn(new Successor(bench.subject, on));
                } else {
                    bench.subject.spawnYielding(() -> spin(on, stall * 1_000));
                }
            }
            remote(bench);
            on.set(false);
            bench.setting("busy", busy)
                    .setting("how", bench.sizes.how.name().toLowerCase(Locale.ROOT))
                    .setting("stall_us", stall);
        }
    },

    /** See {@link Spawners}. */
    REMOTE_SPAWN {
        @Override
        void run(Bench bench) throws Exception {
            new Spawners(bench).run();
        }
    },

    /** Tasks that do nothing but yield; spawned and awaited by a thread outside, as in Tokio's own benchmark. */
    YIELD_MANY {
        @Override
        void run(Bench bench) throws InterruptedException {
            int tasks = bench.sizes.tasks(200);
            int yields = bench.sizes.yields;
            while (bench.meter.getAsBoolean()) {
                CountDownLatch ended = new CountDownLatch(tasks);
                for (int i = 0; i < tasks; i++) {
                    bench.subject.spawnYielding(yields, ended::countDown);
                }
                ended.await();
            }
            bench.iterations((long) tasks * yields).setting("tasks", tasks).setting("yields", yields);
        }
    },

    /** Pairs of tasks that send to each other once through one-shot channels. */
    PING_PONG {
        @Override
        void run(Bench bench) throws InterruptedException {
            int pairs = bench.sizes.pairs;
            bench.subject.drive(bench.meter, left -> {
                left.arm(pairs);
                for (int i = 0; i < pairs; i++) {
                    bench.subject.spawnPingPong(left::down);
                }
            });
            bench.iterations(pairs).setting("pairs", pairs);
        }
    },

    /** A task that ends by spawning the next, and so on. */
    CHAINED_SPAWN {
        @Override
        void run(Bench bench) throws InterruptedException {
            int depth = bench.sizes.depth;
            bench.subject.drive(bench.meter, left -> {
                left.arm(1);
                new Link(bench.subject, left, depth).run();
            });
            bench.iterations(depth).setting("depth", depth);
        }
    },

    /** Spawn and await, one after the other. The rate is that of untimed operations; every 61st is timed. */
    SPAWN_JOIN {
        @Override
        void run(Bench bench) throws InterruptedException {
            Sampled watch = new Sampled(bench.meter);
            bench.subject.drive(bench.meter, left -> {
                left.arm(1);
                bench.subject.spawnJoining(JOINS, watch, left::down);
            });
            bench.rate(bench.meter.count() * JOINS).latency("op", watch.nanos);
        }
    },

    /** See {@link FanOut}. */
    FAN_OUT_SKEWED {
        @Override
        void run(Bench bench) throws InterruptedException {
            new FanOut(bench).run();
        }
    },

    /** Tasks that hand over batches of empty calls to the threads for blocking ones and wait for the end of each batch. */
    SPAWN_BLOCKING {
        @Override
        void run(Bench bench) throws InterruptedException {
            int tasks = bench.sizes.tasks(4);
            int batches = bench.sizes.batches;
            bench.subject.drive(bench.meter, left -> {
                left.arm(tasks);
                for (int i = 0; i < tasks; i++) {
                    bench.subject.spawn(new Batches(bench.subject, left, batches));
                }
            });
            bench.iterations((long) tasks * batches * BATCH)
                    .setting("tasks", tasks)
                    .setting("batches", batches);
        }
    };

    /** Calls of a batch of spawn_blocking. */
    static final int BATCH = 16;

    /** Operations of an iteration of spawn_join. */
    static final int JOINS = 1024;

    /** A prime, so that the timed ones do not always fall on the forced yield of a budget of 128. */
    private static final int SAMPLE = 61;

    /**
     * Measures, on a thread outside of the system. Not to be run where the subject {@linkplain Subject#lacks lacks} it.
     */
    abstract void run(Bench bench) throws Exception;

    /** Returns the name on the command line and in the output. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static void remote(Bench bench) throws Exception {
        int tasks = bench.sizes.tasks(10_000);
        long spawnNanos = 0;
        while (bench.meter.getAsBoolean()) {
            long start = System.nanoTime();
            bench.subject.spawnRemote(tasks);
            if (bench.meter.isMeasuring()) {
                spawnNanos += System.nanoTime() - start;
            }
            bench.subject.awaitRemote();
        }
        bench.iterations(tasks)
                .setting("tasks", tasks)
                .figure("spawn_ns_per_op", (double) spawnNanos / bench.meter.count() / tasks);
    }

    private static boolean spin(AtomicBoolean on, long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
        return on.getOpaque();
    }

    /** Counts down. */
    private static final class Step extends Work {
        private final Countdown left;

        Step(Countdown left) {
            this.left = left;
        }

        @Override
        public void run() {
            left.down();
        }
    }

    /** Spawns the next link; the last one counts down. */
    private static final class Link extends Work {
        private final Subject subject;
        private final Countdown left;
        private final int depth;

        Link(Subject subject, Countdown left, int depth) {
            this.subject = subject;
            this.left = left;
            this.depth = depth;
        }

        @Override
        public void run() {
            if (depth == 0) {
                left.down();
            } else {
                subject.spawn(new Link(subject, left, depth - 1));
            }
        }
    }

    /** Hands over a batch whose last call spawns this task again, until there are no more batches. */
    private static final class Batches extends Work {
        private final Subject subject;
        private final Countdown tasks;
        private final Countdown calls;
        private int left;

        Batches(Subject subject, Countdown tasks, int batches) {
            this.subject = subject;
            this.tasks = tasks;
            this.left = batches;
            this.calls = new Countdown(() -> subject.spawn(this));
        }

        @Override
        public void run() {
            if (left-- == 0) {
                tasks.down();
                return;
            }
            calls.arm(BATCH);
            for (int i = 0; i < BATCH; i++) {
                subject.spawnBlocking(new Step(calls));
            }
        }
    }

    /** Ends by spawning its like. */
    private static final class Successor extends Work {
        private final Subject subject;
        private final AtomicBoolean on;

        Successor(Subject subject, AtomicBoolean on) {
            this.subject = subject;
            this.on = on;
        }

        @Override
        public void run() {
            if (on.getOpaque()) {
                subject.spawn(new Successor(subject, on));
            }
        }
    }

    private static final class Sampled implements Subject.Stopwatch {
        private final Meter meter;
        private final Histogram nanos = new Histogram(3);
        private int count;
        private long start;

        Sampled(Meter meter) {
            this.meter = meter;
        }

        @Override
        public void start() {
            if (++count % SAMPLE == 0) {
                start = System.nanoTime();
            }
        }

        @Override
        public void stop() {
            if (count % SAMPLE == 0 && meter.isMeasuring()) {
                nanos.recordValue(System.nanoTime() - start);
            }
        }
    }
}
