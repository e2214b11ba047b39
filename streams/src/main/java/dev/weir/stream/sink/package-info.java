/**
 * Where streams end: pollables that pull a source until it is done. Hidden; users meet them through {@code
 * AsyncStream}. Each owns its source and closes it when it is closed itself; leaves charge the budget, so the loops end.
 */
@NullMarked
package dev.weir.stream.sink;

import org.jspecify.annotations.NullMarked;
