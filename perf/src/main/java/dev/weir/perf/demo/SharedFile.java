package dev.weir.perf.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The file that all clients get, each at a position of its own. Its methods block. Safe for use by many threads. */
final class SharedFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final boolean temporary;

    private SharedFile(Path path, boolean temporary, StandardOpenOption... options) throws IOException {
        this.path = path;
        this.temporary = temporary;
        channel = FileChannel.open(path, options);
        size = channel.size();
    }

    static SharedFile open(Path path) throws IOException {
        return new SharedFile(path, false, StandardOpenOption.READ);
    }

    /** Makes a sparse file that is deleted on closing. Every chunk begins with its position, so no two are alike. */
    static SharedFile make(long size, int chunk) throws IOException {
        Path path = Files.createTempFile("weir-demo-", ".bin");
        try {
            path.toFile().deleteOnExit();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                ByteBuffer mark = ByteBuffer.allocate(Long.BYTES);
                for (long at = 0; at + Long.BYTES < size; at += chunk) {
                    channel.write(mark.clear().putLong(0, at + 1), at);
                }
                channel.write(ByteBuffer.allocate(1), size - 1);
            }
            return new SharedFile(path, true, StandardOpenOption.READ);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    long size() {
        return size;
    }

    /** Fills the rest of a buffer from a position on. */
    ByteBuffer read(ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int n = channel.read(into, at);
            if (n < 0) {
                throw new IOException(path + " was shortened to " + at + " bytes while it was read");
            }
            at += n;
        }
        return into;
    }

    /**
     * Computes the digests of beginnings of the file, in one pass.
     *
     * @param lengths in ascending order, each within the file
     */
    int[] digests(long[] lengths) throws IOException {
        CRC32C digest = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        int[] digests = new int[lengths.length];
        long at = 0;
        for (int i = 0; i < lengths.length; i++) {
            while (at < lengths[i]) {
                read(buffer.clear().limit((int) Math.min(buffer.capacity(), lengths[i] - at)), at);
                at += buffer.flip().remaining();
                digest.update(buffer);
            }
            digests[i] = (int) digest.getValue();
        }
        return digests;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (temporary) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public String toString() {
        @Nullable Path name = path.getFileName();
        return name == null ? path.toString() : name.toString();
    }
}
