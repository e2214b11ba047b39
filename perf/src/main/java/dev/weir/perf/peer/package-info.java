/**
 * Servers on other libraries that do what those of {@link dev.weir.perf.serve} do, to be measured beside them. Each is
 * written as the guide of its library would have it: pooled buffers, the library's own allocator, writes flushed together
 * after a read, one event loop for each processor, no logging.
 */
@NullMarked
package dev.weir.perf.peer;

import org.jspecify.annotations.NullMarked;
