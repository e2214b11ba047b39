package dev.weir.perf.load;

import dev.weir.perf.wire.StreamPattern;
import java.nio.ByteBuffer;

/** Sends nothing and expects the {@linkplain StreamPattern pattern} for ever; each whole chunk is an operation. */
final class StreamExchange implements Exchange {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final ByteBuffer pattern;
    private final int chunk;
    private int at;

    /**
     * Creates the exchange of one connection.
     *
     * @param pattern two chunks after each other, so that a comparison may run over the end of one
     */
    StreamExchange(ByteBuffer pattern) {
        this.pattern = pattern;
        chunk = pattern.capacity() / 2;
    }

    @Override
    public ByteBuffer nextRequest() {
        return NOTHING;
    }

    @Override
    public int take(ByteBuffer answer) throws WrongAnswerException {
        int completed = 0;
        int end = answer.limit();
        while (answer.position() < end) {
            int length = Math.min(end - answer.position(), chunk);
            answer.limit(answer.position() + length);
            if (!answer.equals(pattern.slice(at, length))) {
                throw new WrongAnswerException("the stream differs from the pattern");
            }
            answer.position(answer.limit()).limit(end);
            at += length;
            if (at >= chunk) {
                at -= chunk;
                completed++;
            }
        }
        return completed;
    }

    /** Never: the stream has no end. */
    @Override
    public boolean isAnswered() {
        return false;
    }
}
