/**
 * Who runs tasks: the work-stealing runtime, the current-thread runtime, and the drivers they park in.
 *
 * <p>Workers poll; drivers belong to nobody. A worker with nothing to run takes a free {@link dev.weir.runtime.Driver
 * driver} and waits in it for events and for its next timer; when none is free it parks on its own {@link
 * dev.weir.runtime.Parker}. What a driver finds goes to the queue of the worker that found it.
 *
 * <h2>Laws of a runtime</h2>
 * <dl>
 *   <dt>R1</dt><dd>With a bounded number of tasks and bounded polls, every woken task, expired timer and ready channel
 *       is served within a bounded delay, whatever the others do.</dd>
 *   <dt>R2</dt><dd>Shutdown stops the intake, cancels every task on a worker, drains, closes the drivers, and the
 *       blocking pool last. Every handle resolves.</dd>
 * </dl>
 */
@NullMarked
package dev.weir.runtime;

import org.jspecify.annotations.NullMarked;
