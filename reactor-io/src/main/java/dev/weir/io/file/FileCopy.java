package dev.weir.io.file;

import dev.weir.io.call.BlockingCall;
import dev.weir.io.call.Closing;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies the content of a file to another, within the kernel where it can; the result is the number of bytes. It goes by
 * steps of a few megabytes, between which it can be given up; the copy is then incomplete and stays, and the files are
 * closed after the step.
 */
public final class FileCopy implements Pollable<Long> {
    private static final long STEP = 8 << 20;
    private static final int CHUNK = 64 << 10;

    private final Closing<Channels> open;
    private @Nullable BlockingCall<Long> step;
    private volatile long bytes;

    private FileCopy(Path from, Path to) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        open = new Closing<>(() -> Channels.open(from, to));
    }

    /**
     * Returns the computation that copies a file to a path, where it replaces what is there. It fails with an {@link
     * IllegalArgumentException} if both are the same file, by whatever names, which is left as it was.
     */
    public static FileCopy of(Path from, Path to) {
        return new FileCopy(from, to);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public Poll<Long> poll(Context cx) throws Exception {
        for (; ; ) {
            BlockingCall<Long> running = step;
            if (running == null) {
                long position = bytes;
                running = new BlockingCall<>(() -> open.call(channels -> channels.copyStep(position)));
                step = running;
            }
            Poll<Long> moved = running.poll(cx);
            if (moved.isPending()) {
                return Poll.pending();
            }
            step = null;
            if (moved.get() == 0) {
                return Poll.ready(bytes);
            }
            bytes += moved.get();
        }
    }

    /** Returns the number of bytes copied so far, also when it has failed. Any thread. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (step != null) {
            step.close();
        }
        open.close();
    }

    private record Channels(FileChannel from, FileChannel to) implements Closeable {
        static Channels open(Path from, Path to) throws IOException {
            FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
            try {
                requireAnother(from, to);
                return new Channels(
                        source,
                        FileChannel.open(
                                to,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING));
            } catch (IOException | RuntimeException e) {
                source.close();
                throw e;
            }
        }

        /** Opening the target empties it. */
        private static void requireAnother(Path from, Path to) throws IOException {
            if (Files.exists(to) && Files.isSameFile(from, to)) {
                throw new IllegalArgumentException(from + " and " + to + " are one file, which has no copy of itself");
            }
        }

        /** Copies a part; returns the number of its bytes, 0 at the end. */
        long copyStep(long position) throws IOException {
            long moved = from.transferTo(position, STEP, to);
            return moved > 0 ? moved : copyBeyond(position);
        }

        /**
         * Copies what is there at a position that is the end of the file by its size; 0 if it is. Files that the system
         * makes up, as in /proc, say that they have no bytes, and nothing is transferred of them.
         */
        private long copyBeyond(long position) throws IOException {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            long moved = 0;
            while (moved < STEP && from.read(chunk.clear(), position + moved) > 0) {
                for (chunk.flip(); chunk.hasRemaining(); ) {
                    moved += to.write(chunk);
                }
            }
            return moved;
        }

        @Override
        public void close() throws IOException {
            try (from) {
                to.close();
            }
        }
    }
}
