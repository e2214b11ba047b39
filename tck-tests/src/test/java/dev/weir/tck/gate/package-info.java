/** What must have run: looked at by the build after the suites of {@code dev.weir.tck} have ended. */
@NullMarked
package dev.weir.tck.gate;

import org.jspecify.annotations.NullMarked;
