/**
 * Time that suspends tasks instead of threads: a hierarchical timer wheel for each driver, and what stands on it.
 *
 * <p>Nothing fires early. Deadlines are nanoseconds of the runtime's {@link dev.weir.time.Clock} and are rounded up to
 * the wheel's tick of one millisecond.
 */
@NullMarked
package dev.weir.time;

import org.jspecify.annotations.NullMarked;
