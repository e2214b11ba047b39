/**
 * Where tasks wait: the two queues of the work-stealing runtime, whose contracts fit the worker and nothing else, and
 * {@link dev.weir.queue.Fifo} for one thread at a time. Hidden. Elements are of any type, so that tests can count integers.
 *
 * <h2>Laws of the queues</h2>
 * <dl>
 *   <dt>Q1</dt><dd>Nothing is lost and nothing is handed out twice.</dd>
 *   <dt>Q2</dt><dd>What one thread puts in comes out in that order, also through a thief.</dd>
 *   <dt>Q3</dt><dd>What was written before a put is visible to whoever takes the element.</dd>
 *   <dt>Q4</dt><dd>A queue keeps no reference to an element that was taken.</dd>
 * </dl>
 */
@NullMarked
package dev.weir.queue;

import org.jspecify.annotations.NullMarked;
