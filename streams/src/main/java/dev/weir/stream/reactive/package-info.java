/**
 * The border to Reactive Streams: the only package that knows its rules. Inside Weir items are pulled from a
 * {@link dev.weir.task.Source}; here a source becomes a {@code Publisher} and a {@code Publisher} becomes a source.
 * All demand arithmetic, all rules of the specification and all signals from foreign threads are dealt with here, once.
 *
 * <p>Threads: {@code request}, {@code cancel} and the signals of an upstream may arrive on any thread. They only record
 * and wake. Everything else happens in the poll of one task, and so serially (§1.3, §2.7).
 *
 * <h2>Laws of a publisher</h2>
 * <dl>
 *   <dt>P1</dt><dd>{@code onSubscribe} is called inside the task's first poll, so that a {@code request} made from it
 *       cannot emit concurrently.</dd>
 *   <dt>P2</dt><dd>{@code request} and {@code cancel} only record and wake; nothing is emitted on their caller's
 *       thread.</dd>
 *   <dt>P3</dt><dd>Demand saturates at {@code Long.MAX_VALUE}, which means unbounded.</dd>
 *   <dt>P4</dt><dd>Errors and completion need no demand.</dd>
 *   <dt>P5</dt><dd>With the terminal transition every reference to the subscriber and to the source is dropped.</dd>
 * </dl>
 *
 * <p>A § names a rule of the Reactive Streams specification for the JVM, version 1.0.4, at the line that keeps it.
 */
@NullMarked
package dev.weir.stream.reactive;

import org.jspecify.annotations.NullMarked;
