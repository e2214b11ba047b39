package dev.weir.perf.io;

import java.util.Locale;

/** What a run may measure. */
enum Figure {
    OPS_PER_S("ops/s"),
    USER_US("user µs"),
    SYSTEM_US("system µs"),
    P50_US("p50 µs"),
    P99_US("p99 µs"),
    P999_US("p99.9 µs"),
    WAITS("waits"),
    PREEMPTIONS("preemptions"),
    BYTES("bytes"),
    ERRORS("errors");

    final String title;

    Figure(String title) {
        this.title = title;
    }

    /** The name in JSON, ours and that of the loads. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
