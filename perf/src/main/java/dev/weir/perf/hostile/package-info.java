/**
 * Clients that misbehave, and the questions whether a server leaked, span or died of them. Blocking sockets on the thread of
 * the command; nothing of Weir.
 */
@NullMarked
package dev.weir.perf.hostile;

import org.jspecify.annotations.NullMarked;
