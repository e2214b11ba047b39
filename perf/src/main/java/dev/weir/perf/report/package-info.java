/** What the commands print and keep for other programs, and for later. Without threads. */
@NullMarked
package dev.weir.perf.report;

import org.jspecify.annotations.NullMarked;
