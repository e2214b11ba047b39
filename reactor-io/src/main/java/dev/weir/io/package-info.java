/**
 * The vocabulary shared by everything that reads from and writes to the operating system, and by what stands in for it.
 * No demand, no interest: nothing here touches a descriptor before somebody polls.
 *
 * <p>A {@link dev.weir.io.ByteStream} is any pair of byte directions; a {@link dev.weir.io.ByteListener} accepts them,
 * a {@link dev.weir.io.Network} opens them. A program that knows these three does not know whether it talks through
 * sockets:
 *
 * <pre>{@code
 * static Pollable<?> echo(ByteStream stream) {
 *     return stream.writer().drain(stream.reader());
 * }
 * }</pre>
 *
 * <p>{@link dev.weir.io.Copy} moves bytes from a reader into a writer, {@link dev.weir.io.Consume} hands them to an action;
 * neither makes a buffer for what a socket reads.
 */
@NullMarked
package dev.weir.io;

import org.jspecify.annotations.NullMarked;
