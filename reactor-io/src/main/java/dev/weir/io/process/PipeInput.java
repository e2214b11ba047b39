package dev.weir.io.process;

import dev.weir.io.call.InputSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a process writes. The JDK tells how many bytes a pipe holds, but not whether it has ended; so who finds none has to
 * read to learn that some have come, and what it gets by that is the beginning of the next chunk.
 *
 * <pre>
 * event \ state    nothing                             has the first bytes           over
 * asked for more   may wait, unless some are there     will not wait                 -
 * await            has the first bytes, or over        -                             -
 * read             a chunk of what is there, nothing   a chunk of them and of what   null
 *                                                      is there, nothing
 * </pre>
 *
 * <p>A stream that never tells what it holds is read all the same, by as many bytes as a wait brings.
 */
final class PipeInput implements InputSource.Input {
    /** Bytes that a wait takes at most. They are in no budget, so they are few. */
    static final int FIRST = 1024;

    private final InputStream in;
    private byte @Nullable [] first;
    private int firstBytes;
    private int taken;
    private boolean over;

    PipeInput(InputStream in) {
        this.in = in;
    }

    @Override
    public boolean mayWait() throws IOException {
        return taken == firstBytes && in.available() == 0;
    }

    @Override
    public void await() throws IOException {
        if (first == null) {
            first = new byte[FIRST];
        }
        taken = 0;
        firstBytes = Math.max(0, in.read(first));
        over = firstBytes == 0;
    }

    /** It takes what is there. */
    @Override
    public boolean readsAtOnce() {
        return true;
    }

    @Override
    public @Nullable ByteBuffer read(int room) throws IOException {
        int old = Math.min(room, firstBytes - taken);
        int fresh = Math.min(room - old, Math.max(in.available(), old == 0 ? 1 : 0)); // no chunk is empty
        ByteBuffer chunk = ByteBuffer.allocate(old + fresh);
        if (old > 0) {
            chunk.put(first, taken, old);
            taken += old;
        }
        if (fresh > 0) {
            int n = in.read(chunk.array(), old, fresh);
            over = n < 0;
            chunk.position(old + Math.max(0, n));
        }
        return over && chunk.position() == 0 ? null : chunk.flip();
    }

    @Override
    public boolean isOver() {
        return over;
    }
}
