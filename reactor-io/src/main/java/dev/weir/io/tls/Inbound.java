package dev.weir.io.tls;

import dev.weir.io.ByteBudget;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives into records. The stream below is asked for a chunk when there is no whole record, and at no other
 * time; so one chunk of it is held at most, and the beginning of one record.
 *
 * <p>The share of the budget is taken for a chunk and a record before anything is read. Who waits for the peer keeps of it
 * what a record takes that has come in part, and without one nothing; to read on, it reserves all again, and gives back
 * what it has if that has to wait: who held some and waited for more could wait for ever. A record takes the place of its
 * text, so that needs no share.
 */
final class Inbound {
    /** Type, version, length. */
    static final int HEADER = 5;

    /** The longest record that any version admits (RFC 5246, section 6.2.3). */
    static final int LONGEST = HEADER + 16 * 1024 + 2048;

    /** Bytes that sockets read at once: no more than a record that is full. */
    static final int CHUNK = HEADER + 16 * 1024 + 320;

    /** What TLS 1.3 adds to the content of a record: its type, and a tag. */
    private static final int SEAL = 1 + 16;
    /** Header and one byte. */
    private static final int KEY_UPDATE = 4 + 1;

    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 24;

    private final Source<ByteBuffer> source;
    private final ByteBudget.Share share;
    private @Nullable ByteBuffer chunk;
    /** The beginning of a record, with room for all of it, or for a header only. */
    private @Nullable ByteBuffer part;

    private final ArrayDeque<ByteBuffer> returned = new ArrayDeque<>();
    private boolean ended;
    private boolean closed;

    Inbound(Source<ByteBuffer> source, ByteBudget budget) {
        this.source = source;
        this.share = budget.share();
    }

    /**
     * Returns the next record, which belongs to the caller.
     *
     * @return null if there is none now, or none will be: see {@link #hasEnded}
     */
    @Nullable ByteBuffer next(Context cx) throws Exception {
        ByteBuffer again = returned.poll();
        if (again != null) {
            return again;
        }
        for (; ; ) {
            ByteBuffer whole = cut();
            if (whole != null || !read(cx)) {
                return whole;
            }
        }
    }

    /** Gives the last records back: they will be the next. */
    void unread(List<ByteBuffer> records) {
        returned.addAll(records);
    }

    private @Nullable ByteBuffer cut() throws SSLException {
        ByteBuffer from = chunk;
        if (from == null) {
            return null;
        }
        ByteBuffer record = part == null ? whole(from) : null;
        if (record == null) {
            record = completed(from);
        }
        if (!from.hasRemaining()) {
            chunk = null;
        }
        return record;
    }

    private static @Nullable ByteBuffer whole(ByteBuffer from) throws SSLException {
        if (from.remaining() < HEADER) {
            return null;
        }
        int length = lengthAt(from, from.position());
        if (length > from.remaining()) {
            return null;
        }
        ByteBuffer record = from.slice(from.position(), length);
        from.position(from.position() + length);
        return record;
    }

    private @Nullable ByteBuffer completed(ByteBuffer from) throws SSLException {
        ByteBuffer into = part == null ? ByteBuffer.allocate(HEADER) : part;
        move(from, into);
        if (into.capacity() == HEADER && !into.hasRemaining()) {
            int length = lengthAt(into, 0);
            into = ByteBuffer.allocate(length).put(into.flip());
            move(from, into);
        }
        boolean whole = into.capacity() >= HEADER && !into.hasRemaining();
        part = whole ? null : into;
        return whole ? into.flip() : null;
    }

    private static void move(ByteBuffer from, ByteBuffer into) {
        int n = Math.min(from.remaining(), into.remaining());
        into.put(into.position(), from, from.position(), n);
        into.position(into.position() + n);
        from.position(from.position() + n);
    }

    /** Returns the length of the record that begins there, header and all. */
    private static int lengthAt(ByteBuffer bytes, int at) throws SSLException {
        int type = Byte.toUnsignedInt(bytes.get(at));
        int length = HEADER + Short.toUnsignedInt(bytes.getShort(at + 3));
        if (type < FIRST_TYPE || type > LAST_TYPE || bytes.get(at + 1) != 3) {
            throw new SSLException("what came is no TLS record: its type is " + type);
        }
        if (length > LONGEST) {
            throw new SSLException("a record of " + length + " bytes is longer than " + LONGEST);
        }
        return length;
    }

    /** Returns the type of a record. */
    static int typeOf(ByteBuffer record) {
        return record.get(record.position());
    }

    /**
     * Returns how many key updates a record of this length may hold. The protocol allows one (RFC 8446, section 5.1),
     * but the JDK takes them all, and a record that is padded cannot be told from one that is full of them.
     */
    static int mostKeyUpdates(int length) {
        return Math.max(1, (length - HEADER - SEAL) / KEY_UPDATE);
    }

    private boolean read(Context cx) throws Exception {
        if (ended) {
            return false;
        }
        if (closed) {
            throw new IOException("the reader was closed before the handshake was over");
        }
        if (!share.pollReserve(CHUNK + LONGEST, cx)) {
            return false;
        }
        ByteBuffer fresh = source.poll(cx);
        if (fresh == null) {
            share.shrinkTo(part == null ? 0 : Math.min(share.held(), part.capacity()));
            if (source.isDone()) {
                source.poll(cx); // S3: throws if it failed after it had answered null
                ended = true;
                share.release();
            }
            return false;
        }
        ByteBuffer bytes = fresh.slice(); // in the order of the protocol, whatever that of the stream
        chunk = bytes;
        if (part == null && endsWithARecord(bytes)) {
            share.shrinkTo(Math.min(share.held(), bytes.remaining()));
        }
        return true;
    }

    private static boolean endsWithARecord(ByteBuffer bytes) {
        int at = bytes.position();
        while (at + HEADER <= bytes.limit()) {
            at += HEADER + Short.toUnsignedInt(bytes.getShort(at + 3));
        }
        return at == bytes.limit();
    }

    /** Tells whether the stream below has ended, and all its records have been taken. */
    boolean hasEnded() {
        return ended;
    }

    /** Returns how many bytes it holds that were not decrypted. */
    int held() {
        return remaining(chunk)
                + (part == null ? 0 : part.position())
                + returned.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    private static int remaining(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    /** What came after the end is of no interest, and nothing more is read. */
    void forget() {
        chunk = null;
        part = null;
        returned.clear();
        share.release();
    }

    /** Drops what was not decrypted, and closes the stream's reader. Idempotent. */
    void close() {
        if (!closed) {
            closed = true;
            try {
                forget();
            } finally {
                source.close();
            }
        }
    }
}
