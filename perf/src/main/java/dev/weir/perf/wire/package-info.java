/** What both ends of a connection agree on. Values and functions, for any thread. */
@NullMarked
package dev.weir.perf.wire;

import org.jspecify.annotations.NullMarked;
