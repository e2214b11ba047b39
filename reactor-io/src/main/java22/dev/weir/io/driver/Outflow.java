package dev.weir.io.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to a peer, guarded by the monitor of its {@link RingSocket}: nothing, or one small write that was
 * copied and is sent with all else that the ring is handed next. The kernel takes it then or, if it has no room, once it
 * has. Meanwhile nothing else is accepted.
 */
final class Outflow {
    private final NativeSocket socket;
    private @Nullable Ring ring;
    private @Nullable RingBuffers buffers;
    private long data;

    private boolean sending;
    private int buffer;
    private int offset;
    private int length;

    Outflow(NativeSocket socket) {
        this.socket = socket;
    }

    /**
     * Sends through a ring from now on.
     *
     * @param data of the completions
     */
    void enter(Ring ring, RingBuffers buffers, long data) {
        this.ring = ring;
        this.buffers = buffers;
        this.data = data;
    }

    boolean isSending() {
        return sending;
    }

    /** Writes out of a direct buffer; returns how much was accepted, 0 if nothing can be now. */
    int write(ByteBuffer from) throws IOException {
        int n = from.remaining();
        if (sending || n == 0) {
            return 0;
        }
        if (buffers != null && n <= RingBuffers.OUTWARD_SIZE) {
            buffer = buffers.take();
            if (buffer >= 0) {
                try {
                    buffers.fill(buffer, from);
                } catch (Throwable misuse) { // of a buffer whose arena is closed, or another thread's
                    buffers.release(buffer);
                    throw misuse;
                }
                offset = 0;
                length = n;
                send();
                sending = true;
                return n;
            }
        }
        int sent = socket.send(from);
        if (sent < 0 && sent != -Libc.EAGAIN) {
            throw Errors.of("send", sent);
        }
        return Math.max(0, sent);
    }

    /** As {@link #write(ByteBuffer)}, out of several that are more than a buffer of the ring holds, in one call. */
    long write(ByteBuffer[] from, int offset, int length) throws IOException {
        if (sending) {
            return 0;
        }
        long sent = OutgoingMessage.ofThread().send(socket.fd(), from, offset, length);
        if (sent < 0 && sent != -Libc.EAGAIN) {
            throw Errors.of("sendmsg", (int) sent);
        }
        return Math.max(0, sent);
    }

    private void send() {
        Objects.requireNonNull(ring)
                .send(
                        socket.fd(),
                        Objects.requireNonNull(buffers).address(buffer, offset),
                        length - offset,
                        NativeSocket.NO_SIGNAL | NativeSocket.WAIT_ALL,
                        data);
    }

    /**
     * Sitter: the ring has sent, or has not. What it has not is sent again, unless it is not wanted any more.
     *
     * @return the negative error, if it was one; see {@link #isSending} for whether there is more to come
     */
    int complete(int result, boolean wanted) {
        boolean mayGoOn = result > 0 || result == -Libc.ECANCELED || result == -Libc.EINTR || result == -Libc.EAGAIN;
        offset += Math.max(0, result);
        if (mayGoOn && offset < length && wanted) {
            send();
            return 0;
        }
        Objects.requireNonNull(buffers).release(buffer);
        sending = false;
        return mayGoOn ? 0 : result;
    }
}
