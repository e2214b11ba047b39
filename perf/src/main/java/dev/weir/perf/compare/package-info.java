/** Servers measured side by side, in turn, each with a processor to itself. One thread; the work is done by processes. */
@NullMarked
package dev.weir.perf.compare;

import org.jspecify.annotations.NullMarked;
