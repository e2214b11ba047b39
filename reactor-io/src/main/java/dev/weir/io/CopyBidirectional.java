package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import org.jspecify.annotations.Nullable;

/**
 * Joins two streams: what either receives the other sends, each direction at the pace of its own receiver. When one
 * side ends its direction, so is that direction of the other side, and the opposite one goes on; when both have ended
 * all is closed. The first failure aborts both streams, and so does giving up, so that neither side takes what it got for
 * the whole.
 *
 * <p>{@link #forth} and {@link #back} tell how far it came, also when it has failed.
 */
public final class CopyBidirectional implements Pollable<CopyBidirectional.Counts> {
    /**
     * How many bytes were moved.
     *
     * @param forth from the first stream to the second
     * @param back from the second stream to the first
     */
    public record Counts(long forth, long back) {}

    private final ByteStream first;
    private final ByteStream second;
    private final Direction forth;
    private final Direction back;
    private boolean backFirst;

    private CopyBidirectional(ByteStream first, ByteStream second) {
        this.first = first;
        this.second = second;
        forth = new Direction(Copy.of(first.reader(), second.writer()));
        back = new Direction(Copy.of(second.reader(), first.writer()));
    }

    /**
     * Returns the computation that joins two streams, whose halves it takes.
     *
     * @throws IllegalStateException if a half was taken before
     */
    public static CopyBidirectional of(ByteStream first, ByteStream second) {
        return new CopyBidirectional(first, second);
    }

    @Override
    public Poll<Counts> poll(Context cx) throws Exception {
        backFirst = !backFirst; // so that neither direction can use up the budget of the other for ever
        Direction one = backFirst ? back : forth;
        Direction other = backFirst ? forth : back;
        boolean oneIsOver = one.isOver(cx);
        boolean otherIsOver = other.isOver(cx); // polled in any case
        return oneIsOver && otherIsOver ? Poll.ready(new Counts(forth(), back())) : Poll.pending();
    }

    /** Returns the number of bytes moved from the first stream to the second. Any thread. */
    public long forth() {
        return forth.copy.bytes();
    }

    /** Returns the number of bytes moved from the second stream to the first. Any thread. */
    public long back() {
        return back.copy.bytes();
    }

    @Override
    public void close() {
        if (forth.open != null || back.open != null) {
            first.abort();
            second.abort();
        }
        try {
            forth.close();
        } finally {
            back.close();
        }
    }

    @Override
    public String toString() {
        return "CopyBidirectional[" + forth.copy + ", " + back.copy + "]";
    }

    /** One direction, closed as soon as it is over. */
    private static final class Direction {
        private final Copy copy;
        private @Nullable Copy open;

        Direction(Copy copy) {
            this.copy = copy;
            open = copy;
        }

        boolean isOver(Context cx) throws Exception {
            if (open != null && open.poll(cx).isReady()) {
                close();
            }
            return open == null;
        }

        void close() {
            Copy closing = open;
            open = null;
            if (closing != null) {
                closing.close();
            }
        }
    }
}
