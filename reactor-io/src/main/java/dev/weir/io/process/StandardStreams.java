package dev.weir.io.process;

import dev.weir.io.call.OutputSink;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;

/**
 * The standard streams of this process, as the JDK has them when they are first used here: {@link System#setIn} and its
 * siblings have their effect before that.
 *
 * <p>Nobody can wait for them but by blocking a thread. The <em>input</em> has one daemon thread of its own, made when
 * a chunk is first asked for, which reads at most 8 KiB for each chunk that is asked for; a read that never returns holds
 * up neither a shutdown nor the end of the process. The <em>outputs</em> are written by blocking calls; one that does not
 * return, because nobody reads the other end of a pipe, is waited for by the shutdown of the runtime as long as its
 * caller says.
 *
 * <p>They belong to the process: closing a source or a sink closes none of them, and another may be opened then.
 */
public final class StandardStreams {
    private StandardStreams() {}

    private static final class Input {
        static final InputThread THREAD = new InputThread("standard input", System.in);
    }

    /**
     * Opens the standard input. Completes at its end; fails with an {@link IOException}. Closing the source gives up
     * nothing that was read: what a read under way brings is the first chunk of the next source. Charges one operation
     * for each chunk.
     *
     * @throws IllegalStateException if there is a source that was not closed
     */
    public static Source<ByteBuffer> input() {
        return Input.THREAD.open();
    }

    /**
     * Returns a sink into the standard output, one of any number: what is flushed by one call is written together. It
     * holds less than 64 KiB and one item. Finishing flushes. What was being written when it is closed may still be.
     */
    public static Sink<ByteBuffer> output() {
        return to("the standard output", System.out);
    }

    /** Returns a sink into the standard error, as {@link #output} does. */
    public static Sink<ByteBuffer> error() {
        return to("the standard error", System.err);
    }

    static Sink<ByteBuffer> to(String name, PrintStream out) {
        OutputSink.Output output = new OutputSink.Output() {
            @Override
            public void write(ByteBuffer[] chunks) throws IOException {
                synchronized (out) { // so that what is written together stays together
                    for (ByteBuffer each : chunks) {
                        byte[] bytes = new byte[each.remaining()];
                        each.get(bytes);
                        out.write(bytes, 0, bytes.length);
                    }
                }
                finish();
            }

            @Override
            public void finish() throws IOException {
                if (out.checkError()) { // flushes, and is all that a PrintStream tells
                    throw new IOException(name + " has failed");
                }
            }
        };
        return new OutputSink(name, output, () -> {});
    }
}
