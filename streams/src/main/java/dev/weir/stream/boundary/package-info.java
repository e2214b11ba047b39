/**
 * Where a stream passes from one task to another. Hidden; users meet it through {@code AsyncStream}. Two tasks share what
 * is named here and nothing else; each side keeps the laws of a source.
 */
@NullMarked
package dev.weir.stream.boundary;

import org.jspecify.annotations.NullMarked;
