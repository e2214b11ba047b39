/**
 * Timers beside their peers: {@code bench time} measures one system in this process, {@code compare time} is its
 * {@linkplain dev.weir.perf.contest contest}.
 *
 * <p>Shapes, sizes and output are those of {@code perf/peers/tokio}. On Weir a timer is what its users write, a {@link
 * dev.weir.time.Sleep} that is polled by a task; on the others it is what their users get.
 */
@NullMarked
package dev.weir.perf.time;

import org.jspecify.annotations.NullMarked;
