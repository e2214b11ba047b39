package dev.weir.stream;

/**
 * An item and a time.
 *
 * @param nanos a point in time by the clock of the runtime, or a span, in nanoseconds
 */
public record Timed<T>(T item, long nanos) {}
