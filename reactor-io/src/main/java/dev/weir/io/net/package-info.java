/**
 * TCP, under back-pressure from window to window: a reader makes one read for each item that is asked of it, a writer
 * takes no more than it has room for, and neither touches the kernel's buffers, nor arms any interest, without demand.
 *
 * <p>Everything here is polled by tasks of a runtime that has an I/O driver, and nothing is tied to a thread: the two
 * halves of a stream may live in different tasks. Unless a method says otherwise, it is for the owner of the object.
 *
 * <h2>Who closes what</h2>
 * A {@link dev.weir.io.net.TcpStream} owns the connection. Its {@linkplain dev.weir.io.net.TcpStream#reader reader} and
 * its {@linkplain dev.weir.io.net.TcpStream#writer writer} are each taken once and closed by who took them; when both
 * are closed, so is the connection. Who takes only one half, or none, closes the stream. The first error ends both
 * halves and closes the connection at once.
 */
@NullMarked
package dev.weir.io.net;

import org.jspecify.annotations.NullMarked;
