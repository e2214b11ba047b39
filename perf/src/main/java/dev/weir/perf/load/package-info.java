/**
 * Load generators. They use the JDK's selector directly and nothing of Weir, so that they judge every server alike and
 * do not share its faults. One thread; each connection sends its next request when it has the whole answer to the last.
 */
@NullMarked
package dev.weir.perf.load;

import org.jspecify.annotations.NullMarked;
