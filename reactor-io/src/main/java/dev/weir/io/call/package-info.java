/** Calls that block, made on threads kept for them: what files and pipes of processes stand on. Not exported. */
@NullMarked
package dev.weir.io.call;

import org.jspecify.annotations.NullMarked;
