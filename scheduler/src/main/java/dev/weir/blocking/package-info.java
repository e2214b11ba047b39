/** Threads for calls that block. Hidden behind {@code TaskRuntime.spawnBlocking}. */
@NullMarked
package dev.weir.blocking;

import org.jspecify.annotations.NullMarked;
