/**
 * {@code compare io}: servers of Weir, of other libraries and in other languages under the same loads, side by side. The
 * servers of a kind live at the same time, are warmed one by one, and are then measured in turn, round after round.
 */
@NullMarked
package dev.weir.perf.io;

import org.jspecify.annotations.NullMarked;
