/**
 * What happens to items on their way: one operator a file, each a small state machine that pulls from its upstream.
 * Hidden; users meet them through {@code AsyncStream}.
 *
 * <p>An operator owns its upstream and closes it exactly once (S4). One task polls it, so fields are plain and nothing
 * here knows threads, atomics or Reactive Streams, but that another thread may take a {@code SingleUse}; demand is simply
 * being polled. Errors are thrown: an operator that
 * neither recovers nor owns more than one source has no error code at all.
 *
 * <p>Operators that take an item without giving one charge the budget <em>after</em> it (S5). Never before: with a
 * budget of one the leaf could not pay any more, and nothing would ever move. And none lets go when it is done by now:
 * its null would mean that it has completed, while the next poll may tell of a failure (S3).
 *
 * <p>No class here has static state, so that a hot pipeline may be given copies of its own.
 */
@NullMarked
package dev.weir.stream.op;

import org.jspecify.annotations.NullMarked;
