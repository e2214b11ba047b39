package dev.weir.perf.io;

import java.util.Locale;

/** What a run may measure. */
enum Figure {
    OPS_PER_S,
    USER_US,
    SYSTEM_US,
    P50_US,
    P99_US,
    P999_US,
    WAITS,
    PREEMPTIONS,
    BYTES,
    ERRORS;

    /** The name in JSON, ours and that of the loads. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
