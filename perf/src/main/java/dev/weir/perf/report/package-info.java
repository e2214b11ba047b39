/** What the commands print for other programs. Plain values without threads. */
@NullMarked
package dev.weir.perf.report;

import org.jspecify.annotations.NullMarked;
