/** Of the package under test: a door to what is hidden in it. */
@NullMarked
package dev.weir.io.process;

import org.jspecify.annotations.NullMarked;
