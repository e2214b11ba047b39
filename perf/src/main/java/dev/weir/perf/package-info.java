/**
 * The executable jar: each subcommand is one class, and {@link dev.weir.perf.Main} only lists them.
 */
@NullMarked
package dev.weir.perf;

import org.jspecify.annotations.NullMarked;
