/**
 * Files as sources and sinks. The system offers no readiness for them, so every access is a blocking call on a thread
 * that the runtime keeps for such calls: one for each chunk that is demanded, and none without demand.
 *
 * <pre>{@code
 * Pollable<Long> upload = stream.writer().drain(FileStreams.read(path));
 * Pollable<Long> download = FileStreams.write(path).drain(stream.reader());
 * }</pre>
 *
 * <p>Who gives up a computation stops waiting for the call that is under way, and not the call,
 * which then closes what it has used. A call that waits for ever, as on a pipe that nobody reads, keeps its thread, and a
 * shutdown waits for it.
 */
@NullMarked
package dev.weir.io.file;

import org.jspecify.annotations.NullMarked;
