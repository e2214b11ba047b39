package dev.weir.perf.scheduler;

import dev.weir.perf.report.JsonLine;
import org.HdrHistogram.Histogram;

/** One measurement: the system, the meter, the sizes, and the line that comes out. */
final class Bench {
    final Subject subject;
    final int workers;
    final Sizes sizes;
    final Meter meter;
    private final JsonLine settings = new JsonLine();
    private final JsonLine figures = new JsonLine();

    Bench(Subject subject, int workers, Sizes sizes, Meter meter) {
        this.subject = subject;
        this.workers = workers;
        this.sizes = sizes;
        this.meter = meter;
        settings.put("flavor", "multi").put("workers", workers);
    }

    Bench setting(String name, long value) {
        settings.put(name, value);
        return this;
    }

    Bench setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    Bench figure(String name, double value) {
        figures.put(name, value);
        return this;
    }

    /** Adds the rate of what was measured and the times of the iterations. */
    Bench iterations(long operationsEach) {
        rate(meter.count() * operationsEach);
        figures.put("iters", meter.count());
        return latency("iteration", meter.times());
    }

    Bench rate(long operations) {
        double seconds = meter.seconds();
        figures.put("ops", operations)
                .put("secs", seconds)
                .put("ops_per_s", operations / seconds)
                .put("ns_per_op", seconds * 1e9 / operations);
        return this;
    }

    Bench latency(String of, Histogram nanos) {
        if (nanos.getTotalCount() > 0) {
            figures.put("lat_of", of)
                    .put("lat_n", nanos.getTotalCount())
                    .put("mean_us", nanos.getMean() / 1e3)
                    .put("p50_us", nanos.getValueAtPercentile(50) / 1e3)
                    .put("p90_us", nanos.getValueAtPercentile(90) / 1e3)
                    .put("p99_us", nanos.getValueAtPercentile(99) / 1e3)
                    .put("p999_us", nanos.getValueAtPercentile(99.9) / 1e3)
                    .put("max_us", nanos.getMaxValue() / 1e3);
        }
        return this;
    }

    /** Returns the whole line. */
    JsonLine line(String system, String workload) {
        return new JsonLine()
                .put("system", system)
                .put("bench", workload)
                .putJson("params", settings.toString())
                .putAll(figures);
    }
}
