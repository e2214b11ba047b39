/** Other processes: to start servers in them, and to look at how they are through {@code /proc}. Linux only. */
@NullMarked
package dev.weir.perf.process;

import org.jspecify.annotations.NullMarked;
