package dev.weir.time;

/**
 * Where a runtime gets the time from. Nanoseconds from an arbitrary origin that never run backwards, to be compared by
 * subtraction only, as with {@link System#nanoTime()}. Safe for use from any thread.
 *
 * <pre>{@code
 * long begun = runtime.clock().nanos();
 * runtime.blockOn(work);
 * Duration took = Duration.ofNanos(runtime.clock().nanos() - begun);
 * }</pre>
 */
@FunctionalInterface
public interface Clock {
    /** Returns the current time in nanoseconds. */
    long nanos();

    /** Returns the clock of the machine. */
    static Clock system() {
        return System::nanoTime;
    }
}
