/**
 * Time that suspends tasks instead of threads: a hierarchical timer wheel for each driver, and what stands on it.
 *
 * <p>Nothing fires early. Deadlines are nanoseconds of the runtime's {@link dev.weir.time.Clock} and are rounded up to
 * the wheel's tick of a quarter of a millisecond. A {@link dev.weir.time.Sleep} waits, a {@link dev.weir.time.Timeout} bounds, an
 * {@link dev.weir.time.Interval} ticks, a {@link dev.weir.time.Throttle} spaces, and a {@link dev.weir.time.DelayQueue}
 * holds back. Sleeps that are never polled, intervals without demand and timeouts whose results are there set no timer.
 *
 * <pre>{@code
 * Pollable<String> bounded = Timeout.of(answer, Duration.ofSeconds(2));
 *
 * Pollable<String> heard = Select.<String>of()
 *         .on(answer, text -> "they said " + text)
 *         .on(Sleep.of(Duration.ofSeconds(5)), over -> "they were silent");
 *
 * DelayQueue<String> sessions = new DelayQueue<>(runtime.clock());
 * DelayQueue.Key<String> key = sessions.insert("alice", Duration.ofMinutes(20));
 * sessions.reset(key, Duration.ofMinutes(20)); // alice was seen again
 * }</pre>
 */
@NullMarked
package dev.weir.time;

import org.jspecify.annotations.NullMarked;
