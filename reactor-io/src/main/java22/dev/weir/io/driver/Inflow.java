package dev.weir.io.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the bytes that a peer sends, guarded by the monitor of their {@link RingSocket}. Who waits has the
 * kernel receive into a buffer of the ring, where the bytes lie until they are read.
 *
 * <pre>
 * state       meaning                           left by
 * IDLE        nothing is known                  a wait: RECEIVING
 * RECEIVING   the kernel is to receive          its completion: FILLED, ENDED, FAILED, or IDLE: try yourself
 * FILLED      received, not read                reading it to its end: IDLE
 * ENDED       the peer has ended its direction  -
 * FAILED      with an error that was not told   telling it: IDLE
 * </pre>
 */
final class Inflow {
    /** Told instead of a number of bytes. */
    static final int END = -1;

    private static final int BUFFER_SHIFT = 16;
    private static final int HAS_BUFFER = 1;

    private enum State {
        IDLE,
        RECEIVING,
        FILLED,
        ENDED,
        FAILED
    }

    private final NativeSocket socket;
    private @Nullable RingBuffers buffers;
    private State state = State.IDLE;

    // Of what was received.
    private int buffer;
    private int offset;
    private int length;
    private boolean wasFull;

    private int error;

    Inflow(NativeSocket socket) {
        this.socket = socket;
    }

    void enter(RingBuffers buffers) {
        this.buffers = buffers;
    }

    private RingBuffers buffers() {
        return Objects.requireNonNull(buffers, "nothing is received before there is a ring");
    }

    boolean isReceiving() {
        return state == State.RECEIVING;
    }

    /** Tells whether who waits has to ask the ring to receive. */
    boolean isIdle() {
        return state == State.IDLE;
    }

    /** Somebody waits, and the ring was asked to receive. */
    void toReceiving() {
        state = State.RECEIVING;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    /** Tells whether a read would have something to tell without a call. */
    boolean isKnown() {
        return state != State.IDLE && state != State.RECEIVING;
    }

    /** Reads into a direct buffer: bytes, 0 if there are none now, or {@link #END}. */
    int read(ByteBuffer into) throws IOException {
        return switch (state) {
            case IDLE -> receive(into);
            case RECEIVING -> 0;
            case FILLED -> readReceived(into);
            case ENDED -> END;
            case FAILED -> {
                state = State.IDLE;
                throw Errors.of("recv", error);
            }
        };
    }

    private int receive(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        int received = socket.receive(into);
        if (received > 0) {
            return received;
        }
        if (received == -Libc.EAGAIN) {
            return 0;
        }
        if (received < 0) {
            throw Errors.of("recv", received);
        }
        state = State.ENDED;
        return END;
    }

    private int readReceived(ByteBuffer into) {
        int n = Math.min(length, into.remaining());
        buffers().copy(buffer, offset, n, into);
        offset += n;
        length -= n;
        if (length > 0) {
            return n;
        }
        drop();
        if (!wasFull || !into.hasRemaining()) {
            return n;
        }
        int more = socket.receive(into); // the rest of what did not fit into a buffer of the ring
        if (more > 0) {
            return n + more;
        }
        if (more != -Libc.EAGAIN) {
            state = more == 0 ? State.ENDED : State.FAILED;
            error = more;
        }
        return n;
    }

    /** Gives the buffer back, if there is one. */
    void drop() {
        if (state == State.FILLED) {
            buffers().giveBack(buffer);
            state = State.IDLE;
        }
    }

    /** Sitter: the ring has received, or has not. */
    void complete(int result, int flags) {
        boolean holds = (flags & HAS_BUFFER) != 0;
        if (result > 0) {
            state = State.FILLED;
            buffer = flags >>> BUFFER_SHIFT;
            offset = 0;
            length = result;
            wasFull = result == RingBuffers.INWARD_SIZE;
            return;
        }
        if (holds) {
            buffers().giveBack(flags >>> BUFFER_SHIFT);
        }
        state = switch (-result) {
            case 0 -> State.ENDED;
            // No buffer was free, or the thread that had asked has ended: the reader tries by itself.
            case Libc.ENOBUFS, Libc.ECANCELED, Libc.EINTR, Libc.EAGAIN -> State.IDLE;
            default -> State.FAILED;
        };
        error = result;
    }
}
