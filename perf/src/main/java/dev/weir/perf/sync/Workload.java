package dev.weir.perf.sync;

import dev.weir.perf.contest.Measurement;
import java.util.Locale;

/** What is measured; names, sizes and the members of the line are those of {@code tokio-bench}. */
enum Workload {
    MPSC {
        @Override
        void run(SyncBench bench, Subject subject, Measurement into) throws InterruptedException {
            Steady steady = new Steady(1);
            subject.mpsc(bench.sizes.producers, bench.sizes.capacity, steady);
            bench.observe(steady, into, "message");
            into.setting("producers", bench.sizes.producers).setting("cap", bench.sizes.capacity);
        }
    },
    CHANNEL_PING_PONG {
        @Override
        void run(SyncBench bench, Subject subject, Measurement into) throws InterruptedException {
            Steady steady = new Steady(1);
            subject.pingPong(steady);
            bench.observe(steady, into, "round_trip");
        }
    },
    SEMAPHORE {
        @Override
        void run(SyncBench bench, Subject subject, Measurement into) throws InterruptedException {
            Steady steady = new Steady(bench.sizes.tasks);
            subject.semaphore(bench.sizes.tasks, bench.sizes.permits, bench.yields(), steady);
            bench.observe(steady, into, "acquire");
            into.setting("tasks", bench.sizes.tasks)
                    .setting("permits", bench.sizes.permits)
                    .setting("hold", bench.sizes.hold.toString());
        }
    },
    MUTEX {
        @Override
        void run(SyncBench bench, Subject subject, Measurement into) throws InterruptedException {
            Steady steady = new Steady(bench.sizes.tasks);
            subject.mutex(bench.sizes.tasks, bench.yields(), steady);
            bench.observe(steady, into, "acquire");
            into.setting("tasks", bench.sizes.tasks).setting("hold", bench.sizes.hold.toString());
        }
    },
    WATCH_FANOUT {
        @Override
        void run(SyncBench bench, Subject subject, Measurement into) throws InterruptedException {
            subject.watch(bench.sizes.receivers, into.meter);
            into.iterations(bench.sizes.receivers).setting("receivers", bench.sizes.receivers);
        }
    },
    BROADCAST_FANOUT {
        @Override
        void run(SyncBench bench, Subject subject, Measurement into) throws InterruptedException {
            Sizes sizes = bench.sizes;
            subject.broadcast(sizes.receivers, sizes.batch, sizes.capacity, into.meter);
            into.iterations((long) sizes.receivers * sizes.batch)
                    .setting("receivers", sizes.receivers)
                    .setting("batch", sizes.batch)
                    .setting("cap", sizes.capacity);
        }
    };

    /** Measures, on a thread outside of the system. */
    abstract void run(SyncBench bench, Subject subject, Measurement into) throws InterruptedException;

    /** Returns the name on the command line and in the output. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
