package dev.weir.perf.load;

import dev.weir.perf.report.JsonLine;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What a load has counted. Confined to the thread of the load until it has ended. */
public final class LoadResult {
    private static final long LONGEST_NANOS = 3_600_000_000_000L;

    private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
    private long operations;
    private long bytes;
    private long errors;
    private @Nullable Exception firstError;
    long nanos;

    LoadResult() {}

    void count(int completed, long latency, int received) {
        operations += completed;
        bytes += received;
        if (completed > 0) {
            latencies.recordValueWithCount(Math.min(Math.max(0, latency), LONGEST_NANOS), completed);
        }
    }

    void fail(Exception reason) {
        errors++;
        if (firstError == null) {
            firstError = reason;
        }
    }

    /** Returns the operations completed in the measured time. */
    public long operations() {
        return operations;
    }

    /** Returns the connections that have failed, each of which ended with its failure. */
    public long errors() {
        return errors;
    }

    /** Returns why the first of them has. */
    public @Nullable Exception firstError() {
        return firstError;
    }

    /** Adds rates, latencies in microseconds and errors to a line. */
    public JsonLine addTo(JsonLine line) {
        double seconds = nanos / 1e9;
        line.put("ops", operations)
                .put("secs", seconds)
                .put("ops_per_s", operations / seconds)
                .put("mb_per_s", bytes / seconds / 1e6)
                .put("p50_us", latencies.getValueAtPercentile(50) / 1e3)
                .put("p99_us", latencies.getValueAtPercentile(99) / 1e3)
                .put("p999_us", latencies.getValueAtPercentile(99.9) / 1e3)
                .put("max_us", latencies.getMaxValue() / 1e3)
                .put("errors", errors);
        if (firstError != null) {
            line.put("first_error", firstError.toString());
        }
        return line;
    }
}
