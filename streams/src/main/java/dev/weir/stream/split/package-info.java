/**
 * One source dealt out to several readers, who may be in different tasks. Hidden; users meet it through {@code
 * AsyncStream}.
 */
@NullMarked
package dev.weir.stream.split;

import org.jspecify.annotations.NullMarked;
