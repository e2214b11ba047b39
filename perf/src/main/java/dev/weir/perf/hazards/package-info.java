/** What holds up tasks in other runtimes, as commands that say how long it holds them up here. */
@NullMarked
package dev.weir.perf.hazards;

import org.jspecify.annotations.NullMarked;
