/**
 * The streams that users write. A stream is a cold recipe; each run builds its own chain of sources, owned by one task.
 *
 * <p>{@link dev.weir.stream.AsyncStream} is all a user meets: factories, operators, and the methods that end a stream in
 * a {@link dev.weir.stream.StreamRun}. What they are made of is hidden: leaves in {@code source}, operators in {@code
 * op}, ends in {@code sink}, all of them sources and pollables that keep the laws of {@link dev.weir.task}.
 *
 * <p>Threads: recipes are immutable and belong to everybody; what a run has opened belongs to the task that polls it.
 * Inside a run there are no threads, locks or queues. Other threads come in through sources that register a waker
 * (publishers, stages, timers, channels), and work goes out to other workers by spawning tasks.
 */
@NullMarked
package dev.weir.stream;

import org.jspecify.annotations.NullMarked;
