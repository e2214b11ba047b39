/**
 * Frames out of bytes and bytes out of frames, under back-pressure: a {@link dev.weir.io.codec.FrameSource} reads no
 * further than the frame that was asked for, and holds at most one unfinished frame and one chunk.
 *
 * <pre>{@code
 * Source<String> lines = FrameSource.of(stream.reader(), new LineDecoder());
 * Sink<String> answers = FrameSink.of(stream.writer(), new LineEncoder());
 * }</pre>
 *
 * <p>Every format has a bound for its frames, and a frame that exceeds it is an error: who sends a gigabyte without a
 * line break costs no more memory than who sends a short line. Formats of one's own implement {@link
 * dev.weir.io.codec.FrameDecoder} and {@link dev.weir.io.codec.FrameEncoder}.
 */
@NullMarked
package dev.weir.io.codec;

import org.jspecify.annotations.NullMarked;
