package dev.weir.perf.load;

import java.nio.ByteBuffer;

/** Sends blocks that are all different, and expects each back. */
final class EchoExchange implements Exchange {
    private final ByteBuffer block;
    private final ByteBuffer outgoing;
    private long number;
    private int received;

    /**
     * Creates the exchange of one connection.
     *
     * @param size bytes of a block, at least 1
     * @param connection makes its blocks differ from those of other connections
     */
    EchoExchange(int size, int connection) {
        block = ByteBuffer.allocateDirect(size);
        for (int i = 0; i < size; i++) {
            block.put(i, (byte) (i * 31 + connection));
        }
        outgoing = block.duplicate();
        number = ((long) connection << 40) + 1;
    }

    @Override
    public ByteBuffer nextRequest() {
        received = 0;
        number++;
        if (block.capacity() >= Long.BYTES) {
            block.putLong(0, number);
        } else {
            block.put(0, (byte) number);
        }
        return outgoing.clear();
    }

    @Override
    public int take(ByteBuffer answer) throws WrongAnswerException {
        int length = answer.remaining();
        if (length > block.capacity() - received) {
            throw new WrongAnswerException("more bytes echoed than sent");
        }
        if (!answer.equals(block.slice(received, length))) {
            throw new WrongAnswerException("the echo differs from what was sent");
        }
        answer.position(answer.limit());
        received += length;
        return isAnswered() && length > 0 ? 1 : 0;
    }

    @Override
    public boolean isAnswered() {
        return received == block.capacity();
    }
}
