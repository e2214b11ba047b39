package dev.weir.io.tls;

import dev.weir.task.Context;
import dev.weir.task.Waker;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What is said once both sides have their keys.
 *
 * <pre>
 * event \ state       open              peer has ended     we have ended
 * data                given on          ignored            given on
 * close-notify        peer has ended    -                  both: over
 * end without it      <em>fails</em>             -                  <em>fails</em>
 * renegotiation       fails             -                  fails
 * key update          answered          -                  taken
 * write               sent              1.3: sent, 1.2:    refused
 *                                       fails
 * finish              we have ended     both: over         same
 * </pre>
 *
 * <p>Used by turns: see {@link Baton}.
 */
final class Conversation {
    private static final int HANDSHAKE = 22;
    /** Answers that the engine may hold, and besides those to the one record that led to more. */
    private static final int MOST_UNANSWERED = 32;

    private final SSLEngine engine;
    private final Inbound in;
    private final Outbound out;
    /** Wakes all who wait for the peer to read, as whoever comes first goes on for all. */
    private final Waker everybody;

    private boolean inEnded;
    /** There may be something to send that no write has asked for: at first the last word of the handshake. */
    private boolean owes = true;

    private int unanswered;

    Conversation(SSLEngine engine, Inbound in, Outbound out, Waker everybody) {
        this.engine = engine;
        this.in = in;
        this.out = out;
        this.everybody = everybody;
    }

    SSLEngine engine() {
        return engine;
    }

    /** Tells whether the peer has ended its direction. */
    boolean hasEnded() {
        return inEnded;
    }

    boolean owes() {
        return owes;
    }

    /**
     * Returns the next text; null if there is none now, or the peer has ended its direction.
     *
     * @param writerOver see {@link #settle}
     */
    @Nullable ByteBuffer read(Context cx, boolean writerOver) throws Exception {
        for (; ; ) {
            settle(cx, writerOver);
            if (inEnded || unanswered > MOST_UNANSWERED) {
                return null; // a peer that asks for answers and takes none; settle() has left the waker
            }
            ByteBuffer record = in.next(cx);
            if (record == null) {
                if (in.hasEnded()) {
                    throw new SSLException("truncated: the connection ended without a close-notify");
                }
                return null;
            }
            ByteBuffer text = unwrap(record);
            if (text != null) {
                return text;
            }
            if (!inEnded && !cx.mayGoOn()) {
                return null; // records without text may follow each other for ever
            }
        }
    }

    private @Nullable ByteBuffer unwrap(ByteBuffer record) throws SSLException {
        if (Inbound.typeOf(record) == HANDSHAKE) { // in TLS 1.3 only the first ones say so
            throw new SSLException("the peer wants to renegotiate, which is refused");
        }
        int length = record.remaining();
        ByteBuffer text = ByteBuffer.allocate(length);
        SSLEngineResult result = engine.unwrap(record, text);
        while (result.getStatus() == Status.BUFFER_OVERFLOW) {
            text = ByteBuffer.allocate(
                    Math.max(2 * text.capacity(), engine.getSession().getApplicationBufferSize()));
            result = engine.unwrap(record, text);
        }
        if (result.getStatus() == Status.CLOSED) {
            inEnded = true;
            in.forget();
        } else if (record.hasRemaining()) {
            throw new SSLException("the engine did not take a whole record: " + result);
        }
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            owes = true;
            unanswered += text.position() > 0 ? 0 : Inbound.mostKeyUpdates(length);
        }
        return text.position() > 0 ? text.flip() : null;
    }

    /**
     * Sends what is owed besides data: the last word of the handshake, tickets, answers to key updates and to a
     * close-notify. Room for it is not waited for.
     *
     * @param writerOver then the own close-notify, too: nobody else will do it
     */
    void settle(Context cx, boolean writerOver) throws Exception {
        if (!owes) {
            return;
        }
        Context shared = cx.withWaker(everybody);
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            if (!out.hasRoom(shared)) {
                return;
            }
            if (out.wrap(engine, Handshake.NOTHING, shared).bytesProduced() == 0) {
                break;
            }
            if (!shared.mayGoOn()) {
                return;
            }
        }
        unanswered = 0;
        boolean toFinish = writerOver && !out.isFinished();
        owes = !(toFinish ? finish(cx) : out.flush(shared));
    }

    /** Sends all that is held; tells whether there was room for it. */
    boolean write(Held held, Context cx) throws Exception {
        Context shared = cx.withWaker(everybody);
        while (held.bytes() > 0) {
            if (!out.hasRoom(shared) || !cx.charge()) { // in this order: making room may cost the last of the budget
                return false;
            }
            SSLEngineResult result = out.wrap(engine, held.items(), shared);
            held.removed(result.bytesConsumed());
            if (result.getStatus() == Status.CLOSED) {
                throw new SSLException("the peer has ended the connection, and "
                        + engine.getSession().getProtocol() + " does not let this side go on: " + held.bytes()
                        + " bytes are unsent");
            }
        }
        return true;
    }

    boolean flush(Context cx) throws Exception {
        return out.flush(cx.withWaker(everybody));
    }

    /** Sends a close-notify, and ends the direction of the stream below. */
    boolean finish(Context cx) throws Exception {
        Context shared = cx.withWaker(everybody);
        engine.closeOutbound();
        while (!engine.isOutboundDone()) {
            if (!out.hasRoom(shared)) {
                return false;
            }
            out.wrap(engine, Handshake.NOTHING, shared);
            if (!engine.isOutboundDone() && !shared.mayGoOn()) {
                return false; // answers to the peer come before our end, and many may be owed
            }
        }
        return out.finish(shared);
    }

    /** The writer was closed: what cannot be sent now is owed. */
    void finishUnasked(Context cx) throws Exception {
        owes = true;
        owes = !finish(cx);
    }

    /** The writer was closed where nothing can be sent. */
    void oweEnd() {
        owes = true;
    }
}
