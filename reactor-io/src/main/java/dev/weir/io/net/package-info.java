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
 *
 * <h2>On io_uring</h2>
 * On Linux and Java 22 or later
 * <pre>
 * java --enable-native-access=ALL-UNNAMED -Dweir.io.transport=io_uring …
 * </pre>
 * (on a module path: {@code --enable-native-access=dev.weir.reactor.io}) has TCP sockets go through rings of the kernel
 * instead of the JDK, for the whole process. A ring takes 16 MiB of direct memory for each driver. Nothing in the program
 * changes, and nothing else but this: a flush that has answered true has handed the bytes to the ring, which sends them
 * when the worker next looks at its driver, or a thread that has blocked on the runtime leaves it; datagrams, Unix sockets
 * and {@link dev.weir.io.net.Readiness} wait on a thread of their own; and a reader is not told of the end of its peer
 * while bytes are on their way to that peer. Until they have arrived or failed nobody can know the end from a reset, so a
 * peer that ends its direction and then takes nothing is not seen to end: let a flush have a timeout. Where there is no
 * ring a line in the log says why, and the JDK's sockets are taken.
 */
@NullMarked
package dev.weir.io.net;

import org.jspecify.annotations.NullMarked;
