package dev.weir.io.file;

import dev.weir.io.ByteBudget;
import dev.weir.io.call.Closing;
import dev.weir.io.call.InputSource;
import dev.weir.io.call.OutputSink;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files read and written in chunks. Nothing is opened before the first poll. What is no file but has a name, such as a pipe
 * or a terminal, is read and written from where it is: it has no position but 0.
 */
public final class FileStreams {
    /** Bytes read at once unless told otherwise. */
    public static final int DEFAULT_CHUNK = 64 * 1024;

    private FileStreams() {}

    /** Returns the content of a file, in chunks of {@link #DEFAULT_CHUNK}. */
    public static Source<ByteBuffer> read(Path file) {
        return read(file, 0, Long.MAX_VALUE, DEFAULT_CHUNK);
    }

    /**
     * Returns a part of a file. Completes at the end of the part or of the file, whichever comes first; fails with an
     * {@link IOException}. An end that is reached is told with the last chunk, without a further poll; a part of length 0
     * is over at once, and nothing is opened for it.
     *
     * @param position where it begins, at least 0; beyond the end there is nothing
     * @param length bytes at most, at least 0
     * @param chunk bytes of an item at most, at least 1
     */
    public static Source<ByteBuffer> read(Path file, long position, long length, int chunk) {
        return read(file, position, length, chunk, ByteBudget.shared());
    }

    /**
     * Returns a part of a file, as above.
     *
     * @param budget is asked for a chunk before it is read, and has it until the next poll
     */
    public static Source<ByteBuffer> read(Path file, long position, long length, int chunk, ByteBudget budget) {
        Objects.requireNonNull(file, "file");
        requireAtLeast(0, position, "position");
        requireAtLeast(0, length, "length");
        requireAtLeast(1, chunk, "chunk");
        Closing<FileChannel> open = new Closing<>(() -> openAt(position, file, Set.of(StandardOpenOption.READ)));
        InputSource.Input input = new InputSource.Input() {
            private long next = position;
            private long left = length;
            private long size = -1; // until it is open

            @Override
            public @Nullable ByteBuffer read(int most) throws Exception {
                ByteBuffer bytes = open.call(channel -> readFrom(channel, most));
                return bytes.hasRemaining() ? bytes : null;
            }

            /** Nothing at the end. */
            private ByteBuffer readFrom(FileChannel channel, int most) throws IOException {
                if (size < 0) {
                    size = channel.size();
                }
                long known = size > 0 ? Math.max(1, size - next) : most; // in /proc nothing has a size
                int room = (int) Math.min(most, Math.min(left, known));
                ByteBuffer bytes = ByteBuffer.allocate(room);
                int n = channel.read(bytes);
                if (n < 0) {
                    return bytes.flip();
                }
                next += n;
                left -= n;
                size = channel.size();
                bytes.flip();
                return n == room ? bytes : ByteBuffer.allocate(n).put(bytes).flip(); // it counts as long as it is
            }

            /** Files that the system makes up, as in /proc, say that they have no bytes. */
            @Override
            public boolean isOver() {
                return left == 0 || (size > 0 && next >= size);
            }
        };
        return new InputSource("the content of " + file, input, open::close, budget, chunk);
    }

    /** Returns a sink that makes a file anew, or empties the one that is there. */
    public static Sink<ByteBuffer> write(Path file) {
        return write(
                file, 0, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Returns a sink that writes behind the end of a file, which is made if it is not there. */
    public static Sink<ByteBuffer> append(Path file) {
        return write(file, 0, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /**
     * Returns a sink that writes to a file. What it has flushed is with the system; what it has finished is on the disk,
     * and the file is closed. A sink that is closed earlier leaves what it has written.
     *
     * @param position where the first byte goes, at least 0; without meaning for appending
     * @param options as for {@link FileChannel#open(Path, OpenOption...)}
     */
    public static Sink<ByteBuffer> write(Path file, long position, OpenOption... options) {
        Objects.requireNonNull(file, "file");
        requireAtLeast(0, position, "position");
        Set<OpenOption> all = Set.copyOf(Arrays.asList(options));
        Closing<FileChannel> open = new Closing<>(() -> openAt(position, file, all));
        OutputSink.Output output = new OutputSink.Output() {
            @Override
            public void write(ByteBuffer[] chunks) throws Exception {
                open.call(channel -> {
                    for (ByteBuffer each : chunks) {
                        while (each.hasRemaining()) {
                            channel.write(each);
                        }
                    }
                    return true;
                });
            }

            @Override
            public void finish() throws Exception {
                open.call(
                        channel -> { // also if nothing was written
                            force(channel, file);
                            channel.close();
                            return true;
                        });
            }
        };
        return new OutputSink("a writer of " + file, output, open::close);
    }

    private static FileChannel openAt(long position, Path file, Set<OpenOption> options) throws IOException {
        FileChannel channel = FileChannel.open(file, options);
        try {
            boolean seeks = position > 0 && !options.contains(StandardOpenOption.APPEND);
            return seeks ? channel.position(position) : channel; // a pipe cannot
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void force(FileChannel channel, Path file) throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            if (!isOther(file)) {
                throw e;
            }
        }
    }

    /** Tells whether it is a pipe or a device, of which most cannot be forced. */
    private static boolean isOther(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).isOther();
        } catch (IOException e) {
            return false;
        }
    }

    static void requireAtLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }
}
