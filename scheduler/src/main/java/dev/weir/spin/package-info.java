/** Locks for a few instructions, which threads wait for by spinning. Exported to the modules of Weir only. */
@NullMarked
package dev.weir.spin;

import org.jspecify.annotations.NullMarked;
