/**
 * The streams that users write. A stream is a cold recipe; each run builds its own chain of sources, owned by one task.
 */
@NullMarked
package dev.weir.stream;

import org.jspecify.annotations.NullMarked;
