package dev.weir.io.process;

import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** What {@link StandardStreams} opens, of other streams than those of the process, of which there are any number. */
public final class OtherStreams {
    private OtherStreams() {}

    /** Returns what opens an input as the standard input is opened; its thread ends with the input alone. */
    public static Supplier<Source<ByteBuffer>> input(InputStream in) {
        return new InputThread("another input", in)::open;
    }

    /** Returns a sink as into the standard output. */
    public static Sink<ByteBuffer> output(PrintStream out) {
        return StandardStreams.to("another output", out);
    }
}
