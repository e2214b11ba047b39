package dev.weir.io.driver;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The list of buffers by which several leave in one call; one for each thread. */
final class OutgoingMessage {
    private static final ThreadLocal<OutgoingMessage> OF_THREAD = ThreadLocal.withInitial(OutgoingMessage::new);

    // Of a struct msghdr of 64 bits, and of a struct iovec.
    private static final long VECTORS = 16;
    private static final long COUNT = 24;
    private static final long HEADER_SIZE = 56;
    private static final long VECTOR_SIZE = 16;

    private final MemorySegment header =
            Arena.ofAuto().allocate(HEADER_SIZE + VECTOR_SIZE * Libc.MOST_BUFFERS, JAVA_LONG.byteAlignment());
    private final MemorySegment[] buffers = new MemorySegment[Libc.MOST_BUFFERS];

    private OutgoingMessage() {
        header.set(JAVA_LONG, VECTORS, header.address() + HEADER_SIZE);
    }

    static OutgoingMessage ofThread() {
        return OF_THREAD.get();
    }

    /**
     * Sends what remains of direct buffers and moves their positions.
     *
     * @param length at most {@link Libc#MOST_BUFFERS}
     * @return how many bytes, or the negative error
     */
    long send(int fd, ByteBuffer[] from, int offset, int length) {
        for (int i = 0; i < Libc.MOST_BUFFERS; i++) {
            buffers[i] = i < length ? MemorySegment.ofBuffer(from[offset + i]) : MemorySegment.NULL;
        }
        for (int i = 0; i < length; i++) {
            long vector = HEADER_SIZE + VECTOR_SIZE * i;
            header.set(JAVA_LONG, vector, buffers[i].address());
            header.set(JAVA_LONG, vector + Long.BYTES, buffers[i].byteSize());
        }
        header.set(JAVA_LONG, COUNT, length);
        long sent;
        try {
            do {
                sent = Libc.sendMessage(fd, header, NativeSocket.NO_SIGNAL, buffers);
            } while (sent == -Libc.EINTR);
        } finally {
            Arrays.fill(buffers, MemorySegment.NULL); // a thread that is idle keeps no buffer of others alive
        }
        long left = sent;
        for (int i = offset; left > 0; i++) {
            int part = (int) Math.min(left, from[i].remaining());
            from[i].position(from[i].position() + part);
            left -= part;
        }
        return sent;
    }
}
