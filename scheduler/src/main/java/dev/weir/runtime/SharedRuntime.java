package dev.weir.runtime;

/** Holds the runtime of the process; loaded, and so started, on first use. */
final class SharedRuntime {
    static final TaskRuntime INSTANCE = TaskRuntime.builder().name("shared").build();

    private SharedRuntime() {}
}
