package dev.weir.perf.contest;

import dev.weir.perf.report.JsonLine;
import org.HdrHistogram.Histogram;

/** One measurement: how many workers, the meter, and the line that comes out. A family adds its system and its sizes. */
public class Measurement {
    public final int workers;
    public final Meter meter;
    private final JsonLine settings = new JsonLine();
    private final JsonLine figures = new JsonLine();

    public Measurement(int workers, Meter meter) {
        this.workers = workers;
        this.meter = meter;
        settings.put("flavor", "multi").put("workers", workers);
    }

    public Measurement setting(String name, long value) {
        settings.put(name, value);
        return this;
    }

    public Measurement setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    public Measurement figure(String name, double value) {
        figures.put(name, value);
        return this;
    }

    /** Adds the rate of what was measured and the times of the iterations. */
    public Measurement iterations(long operationsEach) {
        rate(meter.count() * operationsEach);
        figures.put("iters", meter.count());
        return latency("iteration", meter.times());
    }

    /** Adds the rate of so many operations in the time of the meter. */
    public Measurement rate(long operations) {
        return rate(operations, meter.seconds());
    }

    /** Adds the rate of so many operations in so many seconds. */
    public Measurement rate(long operations, double seconds) {
        figures.put("ops", operations)
                .put("secs", seconds)
                .put("ops_per_s", operations / seconds)
                .put("ns_per_op", seconds * 1e9 / operations);
        return this;
    }

    /** Adds percentiles, unless nothing was recorded. */
    public Measurement latency(String of, Histogram nanos) {
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
    public JsonLine line(String system, String workload) {
        return new JsonLine()
                .put("system", system)
                .put("bench", workload)
                .putJson("params", settings.toString())
                .putAll(figures);
    }
}
