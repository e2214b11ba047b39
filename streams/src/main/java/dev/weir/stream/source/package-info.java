/**
 * Where items come from: the leaves of a chain. Hidden; users meet them through {@code AsyncStream}.
 *
 * <p>A constructor only keeps its arguments. User code (an iterator, a supplier) runs in polls, on the task's worker.
 * Every leaf charges the budget <em>before</em> it takes an item (law S5), so that no chain can hold its worker. Fields
 * are plain, as one owner polls (S1); {@code StageSource} alone meets other threads.
 */
@NullMarked
package dev.weir.stream.source;

import org.jspecify.annotations.NullMarked;
