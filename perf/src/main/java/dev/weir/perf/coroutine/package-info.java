/** What Java needs to be a fair user of Kotlin's coroutines. */
@NullMarked
package dev.weir.perf.coroutine;

import org.jspecify.annotations.NullMarked;
