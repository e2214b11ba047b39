package dev.weir.perf.time;

import dev.weir.perf.contest.Meter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.HdrHistogram.ConcurrentHistogram;

/** What is measured: each constant runs one workload on the bench's system and adds its lines. */
enum Workload {
    /** Timers of a minute, each started and at once given up. With an anchor, none of them is the earliest. */
    TIMER_INSERT_CANCEL {
        @Override
        void run(Bench bench) throws InterruptedException {
            if (bench.sizes.anchor > 0) {
                bench.subject.run(List.of(timers -> timers.start(Duration.ofSeconds(30))));
            }
            List<Meter> meters = new ArrayList<>();
            List<Subject.Body> bodies = new ArrayList<>();
            for (int i = 0; i < bench.sizes.tasks; i++) {
                Meter meter = bench.newMeter();
                meters.add(meter);
                bodies.add(timers -> {
                    while (meter.getAsBoolean()) {
                        for (int j = 0; j < BATCH; j++) {
                            timers.cancel(timers.start(MINUTE));
                        }
                    }
                });
            }
            bench.subject.run(bodies);
            long count = meters.stream().mapToLong(Meter::count).sum();
            double seconds = meters.stream().mapToDouble(Meter::seconds).max().orElseThrow();
            bench.line(toString())
                    .rate(count * BATCH, seconds)
                    .setting("tasks", bench.sizes.tasks)
                    .setting("sleep_s", MINUTE.toSeconds())
                    .setting("anchor", bench.sizes.anchor);
        }
    },

    /** Starts a million timers of one to two minutes, then gives up all; the median of three rounds, as two lines. */
    TIMER_HOLD {
        @Override
        void run(Bench bench) throws InterruptedException {
            int count = bench.sizes.timers(1_000_000);
            List<Double> inserts = new ArrayList<>();
            List<Double> cancels = new ArrayList<>();
            long[] bytes = new long[1];
            Meter warmup = bench.newMeter();
            bench.subject.run(List.of(timers -> {
                Duration[] durations = new Duration[60_000];
                Arrays.setAll(durations, i -> Duration.ofMillis(60_000 + i));
                while (inserts.size() < HOLD_ROUNDS) {
                    warmup.getAsBoolean();
                    boolean last = warmup.isMeasuring() && inserts.size() == HOLD_ROUNDS - 1;
                    long before = last ? usedBytes() : 0;
                    SplittableRandom random = new SplittableRandom(7);
                    List<Object> held = new ArrayList<>(count);
                    long start = System.nanoTime();
                    for (int i = 0; i < count; i++) {
                        held.add(timers.start(durations[random.nextInt(durations.length)]));
                    }
                    double insert = (System.nanoTime() - start) / 1e9;
                    bytes[0] = last ? usedBytes() - before : 0;
                    start = System.nanoTime();
                    for (Object timer : held) {
                        timers.cancel(timer);
                    }
                    double cancel = (System.nanoTime() - start) / 1e9;
                    if (warmup.isMeasuring()) {
                        inserts.add(insert);
                        cancels.add(cancel);
                    }
                }
            }));
            bench.line("timer_hold_insert")
                    .rate(count, middle(inserts))
                    .setting("timers", count)
                    .figure("bytes_per_timer", (double) bytes[0] / count);
            bench.line("timer_hold_cancel").rate(count, middle(cancels)).setting("timers", count);
        }
    },

    /**
     * A hundred thousand tasks, each sleeping once for a random time up to a second. As many that sleep up to a tenth of
     * one are the warm-up: fewer would leave most of the young heap untouched, and its pages would be made during the
     * measurement.
     */
    TIMER_FIRE {
        @Override
        void run(Bench bench) throws InterruptedException {
            int count = bench.sizes.timers(100_000);
            Meter warmup = bench.newMeter();
            while (warmup.getAsBoolean() && !warmup.isMeasuring()) {
                bench.subject.fire(random(count, 100), nanos -> {});
            }
            int[] micros = random(count, bench.sizes.maxMillis);
            ConcurrentHistogram lateness = new ConcurrentHistogram(3);
            long start = System.nanoTime();
            bench.subject.fire(micros, lateness::recordValue); // which refuses a negative one: nothing is early
            bench.line(toString())
                    .rate(count, (System.nanoTime() - start) / 1e9)
                    .setting("timers", count)
                    .setting("max_ms", bench.sizes.maxMillis)
                    .latency("lateness", lateness);
        }

        private int[] random(int count, int maxMillis) {
            SplittableRandom random = new SplittableRandom(11);
            int[] micros = new int[count];
            Arrays.setAll(micros, i -> 1_000 + random.nextInt(Math.max(1, maxMillis - 1) * 1_000));
            return micros;
        }
    },

    /** Results with a timeout of five seconds, one after the other. */
    TIMEOUT {
        @Override
        void run(Bench bench) throws InterruptedException {
            if (bench.sizes.anchor > 0) {
                bench.subject.run(List.of(timers -> timers.start(Duration.ofSeconds(4))));
            }
            Meter meter = bench.newMeter();
            int[] left = new int[1];
            bench.subject.timeouts(
                    () -> {
                        if (left[0] == 0) {
                            left[0] = BATCH;
                            return meter.getAsBoolean();
                        }
                        return --left[0] >= 0;
                    },
                    bench.sizes.inner == Sizes.Inner.YIELD);
            bench.line(toString())
                    .rate(meter.count() * BATCH, meter.seconds())
                    .setting("inner", bench.sizes.inner.toString())
                    .setting("anchor", bench.sizes.anchor);
        }
    };

    /** Operations between two looks at the clock of the meter. */
    static final int BATCH = 1000;

    static final int HOLD_ROUNDS = 3;

    private static final Duration MINUTE = Duration.ofSeconds(60);

    /** Measures, on a thread outside of the system. Not to be run where the subject {@linkplain Subject#lacks} it. */
    abstract void run(Bench bench) throws InterruptedException;

    /** Returns the name on the command line and in the output. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static double middle(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
