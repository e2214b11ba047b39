/** Measurements of a runtime as a whole: {@code bench idle-tasks} and {@code bench lane}. */
@NullMarked
package dev.weir.perf.runtime;

import org.jspecify.annotations.NullMarked;
