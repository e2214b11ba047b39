/**
 * Where items come from somebody who pushes: {@link dev.weir.stream.push.Emitter}, what becomes of items that nobody has
 * asked for ({@link dev.weir.stream.push.Overflow}), and who learns of those that were dropped ({@link
 * dev.weir.stream.push.Drops}).
 */
@NullMarked
package dev.weir.stream.push;

import org.jspecify.annotations.NullMarked;
