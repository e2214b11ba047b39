package dev.weir.perf.scheduler;

import dev.weir.perf.contest.Measurement;
import dev.weir.perf.contest.Meter;

/** One measurement of the scheduler: the system, the meter, the sizes, and the line that comes out. */
final class Bench extends Measurement {
    final Subject subject;
    final Sizes sizes;

    Bench(Subject subject, int workers, Sizes sizes, Meter meter) {
        super(workers, meter);
        this.subject = subject;
        this.sizes = sizes;
    }
}
