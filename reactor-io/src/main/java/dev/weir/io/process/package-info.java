/**
 * Processes of the operating system whose standard streams are byte streams.
 *
 * <pre>{@code
 * ChildProcess child = runtime.blockOn(ChildProcess.start(new ProcessBuilder("sort")));
 * runtime.spawn(Copy.of(FileStreams.read(unsorted), child.stdio().writer()));
 * runtime.spawn(Copy.of(child.stdio().reader(), FileStreams.write(sorted)))
 *         .join();
 * int status = runtime.blockOn(child.exit());
 * }</pre>
 *
 * <p>The JDK lets nobody wait for the pipe of a process but by blocking, so each chunk that is read or written is a
 * blocking call, and a child that says nothing holds one thread of the runtime's pool for each stream that is read; but
 * nothing of the {@link dev.weir.io.ByteBudget}, which is asked when there is something to be read.
 * Who closes a source does not end the read that is under way: its thread is free when the child writes or ends, and a
 * shutdown waits for it. So kill a child that may go on, or close its source when nothing is asked of it.
 */
@NullMarked
package dev.weir.io.process;

import org.jspecify.annotations.NullMarked;
