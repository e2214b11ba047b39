/** Many clients that upload faster than what they upload can be consumed, and what becomes of a server under them. */
@NullMarked
package dev.weir.perf.upload;

import org.jspecify.annotations.NullMarked;
