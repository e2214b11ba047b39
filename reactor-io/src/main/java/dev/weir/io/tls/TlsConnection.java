package dev.weir.io.tls;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import dev.weir.task.WakerCell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What the two halves of a stream share, and what they do by turns ({@link Baton}).
 *
 * <pre>
 * event \ state       shaking hands         open              peer has ended     we have ended
 * data                -                     given on          ignored            given on
 * close-notify        fails                 peer has ended    -                  both: over
 * end without it      fails                 <em>fails</em>             -                  <em>fails</em>
 * renegotiation       -                     fails             -                  fails
 * key update          -                     answered          -                  taken
 * write               held                  sent              1.3: sent, 1.2:    refused
 *                                                             fails
 * finish              waits for open        we have ended     both: over         same
 * reader is closed    stream closed         stream closed     kept for writer    stream closed
 * writer is closed    finishes when open    finishes now      finishes now       -
 *   with bytes held   aborts                aborts            aborts             -
 * </pre>
 *
 * <p>The first failure is what both halves throw from then on. A failure that the engine has found it tells the peer,
 * if there is room for it.
 */
final class TlsConnection {
    /** Text of a record at most. */
    static final int RECORD = 16 * 1024;

    private static final int HANDSHAKE = 22;
    /** Answers that the engine may hold, and besides those to the one record that led to more. */
    private static final int MOST_UNANSWERED = 32;

    private final ByteStream stream;
    private final Handshake handshake;
    private final boolean client;
    private final Inbound in;
    private final Outbound out;
    private final Baton baton = new Baton();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final WakerCell reader = new WakerCell();
    private final WakerCell writer = new WakerCell();
    private final WakerCell shaker = new WakerCell();
    private final Waker everybody = this::wakeEverybody;
    private final Step reading = this::tryRead;

    private volatile @Nullable SSLEngine open;
    private volatile @Nullable SSLSession session;

    // By turns.
    private boolean inEnded;
    private boolean readerOver;
    private boolean writerOver;
    /** There may be something to send that no write has asked for. */
    private boolean owes;

    private int unanswered;
    private boolean newsForAll;

    /** Of the reader. */
    private @Nullable ByteBuffer received;

    /** Something that needs the baton. */
    private interface Step {
        boolean go(Context cx) throws Exception;
    }

    TlsConnection(
            ByteStream stream,
            Source<ByteBuffer> source,
            Sink<ByteBuffer> sink,
            Handshake handshake,
            boolean client,
            ByteBudget budget) {
        this.stream = stream;
        this.handshake = handshake;
        this.client = client;
        in = new Inbound(source, budget);
        out = new Outbound(sink);
    }

    // ---- what the halves do ----

    /** Returns the next text; null if there is none now, or none will come: see {@link #hasEnded}. */
    @Nullable ByteBuffer read(Context cx) throws IOException {
        turn(Baton.READER, reader, cx, reading);
        ByteBuffer text = received;
        received = null;
        return text;
    }

    /** Reader: tells whether the peer has ended its direction. */
    boolean hasEnded() {
        return inEnded;
    }

    boolean write(Held held, Context cx) throws IOException {
        return turn(Baton.WRITER, writer, cx, each -> tryWrite(held, each));
    }

    boolean flush(Held held, Context cx) throws IOException {
        return turn(Baton.WRITER, writer, cx, each -> tryWrite(held, each) && tryFlush(each));
    }

    boolean finish(Held held, Context cx) throws IOException {
        return turn(Baton.WRITER, writer, cx, each -> tryWrite(held, each) && tryFinish(each));
    }

    /** As {@link #finish}, of a writer that was closed with nothing in hand. */
    boolean finishAlone(Context cx) throws IOException {
        return turn(Baton.WRITER, writer, cx, this::tryFinish);
    }

    /** Returns true when the handshake is over; a client has then sent its last word. */
    boolean shake(Context cx) throws IOException {
        return turn(Baton.SHAKER, shaker, cx, this::tryShake);
    }

    private boolean turn(int who, WakerCell waiting, Context cx, Step step) throws IOException {
        waiting.register(cx.waker()); // S2: before any look
        check();
        if (!baton.take(who)) {
            return false;
        }
        try {
            check();
            return step.go(cx);
        } catch (Exception e) {
            throw failed(e, cx);
        } finally {
            leave();
        }
    }

    private void leave() {
        boolean tellAll = takeNews();
        int answer = baton.leave();
        while (Baton.isAsked(answer)) {
            carryOut(answer);
            tellAll |= takeNews();
            answer = baton.leave();
        }
        if (tellAll) {
            wakeEverybody();
            return;
        }
        wake(answer, Baton.READER, reader);
        wake(answer, Baton.WRITER, writer);
        wake(answer, Baton.SHAKER, shaker);
    }

    private boolean takeNews() {
        boolean news = newsForAll;
        newsForAll = false;
        return news;
    }

    private static void wake(int answer, int who, WakerCell cell) {
        if ((answer & who) != 0) {
            cell.wake();
        }
    }

    private void wakeEverybody() {
        reader.wake();
        writer.wake();
        shaker.wake();
    }

    // ---- steps, by turns ----

    private boolean tryShake(Context cx) throws Exception {
        SSLEngine engine = opened(cx);
        if (engine == null) {
            return false;
        }
        settle(engine, cx);
        return !client || !owes;
    }

    private @Nullable SSLEngine opened(Context cx) throws Exception {
        SSLEngine engine = open;
        if (engine == null) {
            engine = handshake.poll(in, out, cx.withWaker(everybody));
            if (engine != null) {
                handshake.close();
                session = engine.getSession();
                open = engine;
                owes = true;
                newsForAll = true;
            }
        }
        return engine;
    }

    private boolean tryRead(Context cx) throws Exception {
        SSLEngine engine = opened(cx);
        while (engine != null) {
            settle(engine, cx);
            if (inEnded) {
                return true;
            }
            if (unanswered > MOST_UNANSWERED) {
                return false; // a peer that asks for answers and takes none; settle() has left the waker
            }
            ByteBuffer record = in.next(cx);
            if (record == null) {
                if (in.hasEnded()) {
                    throw new SSLException("truncated: the connection ended without a close-notify");
                }
                return false;
            }
            received = unwrap(engine, record);
            if (received != null) {
                return true;
            }
            if (!inEnded && !cx.mayGoOn()) {
                return false; // records without text may follow each other for ever
            }
        }
        return false;
    }

    private @Nullable ByteBuffer unwrap(SSLEngine engine, ByteBuffer record) throws SSLException {
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
     * close-notify, the own one for a writer that was closed. Room for it is not waited for.
     */
    private void settle(SSLEngine engine, Context cx) throws Exception {
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
        owes = !(toFinish ? tryFinish(cx) : out.flush(shared));
    }

    private boolean tryWrite(Held held, Context cx) throws Exception {
        SSLEngine engine = opened(cx);
        if (engine == null) {
            return false;
        }
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

    private boolean tryFlush(Context cx) throws Exception {
        return out.flush(cx.withWaker(everybody));
    }

    private boolean tryFinish(Context cx) throws Exception {
        SSLEngine engine = opened(cx);
        if (engine == null) {
            return false;
        }
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

    // ---- failures and closing ----

    void check() throws IOException {
        IOException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    boolean hasFailed() {
        return failure.get() != null;
    }

    private IOException failed(Exception e, Context cx) {
        IOException own = e instanceof IOException io ? io : new SSLException("the connection failed", e);
        if (failure.compareAndSet(null, own)) {
            newsForAll = true;
            sayWhy(cx);
        }
        return firstFailure(own);
    }

    private IOException firstFailure(IOException otherwise) {
        IOException first = failure.get();
        return first == null ? otherwise : first;
    }

    /** If it was the engine that failed it has an alert for the peer; nothing else may be taken for a regular end. */
    private void sayWhy(Context cx) {
        SSLEngine engine = handshake.engine();
        if (engine == null || handshake.isDelegated()) {
            return;
        }
        Pollable<Boolean> saying = each -> Poll.ready(tryAlert(engine, each));
        try {
            saying.unconstrained().poll(cx); // nobody will poll for it again
        } catch (Exception unsaid) {
            firstFailure(new IOException(unsaid)).addSuppressed(unsaid);
        }
    }

    private boolean tryAlert(SSLEngine engine, Context cx) throws Exception {
        if (!engine.isInboundDone() || engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP || !out.hasRoom(cx)) {
            return false;
        }
        out.wrap(engine, Handshake.NOTHING, cx);
        return out.flush(cx);
    }

    /** The reader is used no more. */
    void closeReader() {
        reader.clear();
        ask(Baton.CLOSE_READER);
    }

    /** The writer is used no more. */
    void closeWriter(boolean holdsBytes) {
        writer.clear();
        ask(holdsBytes ? Baton.BREAK_OFF : Baton.CLOSE_WRITER);
    }

    /** Ends everything at once. Any thread. */
    void close(String why, boolean abort) {
        boolean first = failure.compareAndSet(null, new IOException(why));
        if (abort) {
            stream.abort();
        } else {
            stream.close();
        }
        ask(Baton.CLOSE_ALL);
        if (first) {
            wakeEverybody();
        }
    }

    /** Both halves were closed before, and what there was to be said has been said, or never will be. */
    void closeFinished() {
        writer.clear();
        ask(Baton.CLOSE_ALL);
    }

    void stopShaking() {
        shaker.clear();
    }

    private void ask(int what) {
        if (baton.ask(what)) {
            leave();
        }
    }

    private void carryOut(int asked) {
        if ((asked & Baton.CLOSE_ALL) != 0) {
            closeStream();
            return;
        }
        if ((asked & Baton.CLOSE_READER) != 0) {
            readerOver = true;
            if (!inEnded) {
                in.close(); // nobody reads any more, and a socket tells that by closing
                newsForAll = true; // a handshake may have waited for its share of the budget, in line no more
            }
        }
        if ((asked & Baton.BREAK_OFF) != 0) {
            writerOver = true;
            failure.compareAndSet(null, new IOException("the connection was broken off by its writer"));
            stream.abort();
            newsForAll = true; // who waits for the budget learns nothing from the stream
        } else if ((asked & Baton.CLOSE_WRITER) != 0) {
            writerOver = true;
            endInOrder();
        }
        if (readerOver && writerOver && !isLeftToFarewell()) {
            closeStream();
        }
    }

    /** Nobody polls any more. If the peer reads on, and is owed something that there was no room for, a task is made. */
    private boolean isLeftToFarewell() {
        Context cx = Context.current();
        TaskRuntime runtime = cx == null ? null : cx.host().service(TaskRuntime.class);
        if (runtime == null || !inEnded || out.isFinished() || hasFailed()) {
            return false;
        }
        runtime.spawn(new Farewell(this));
        return true;
    }

    /**
     * As far as there is room now, however little the task that closes has left of its budget; the reader, if there
     * still is one, goes on with it, and after the end of the peer a {@link Farewell}.
     */
    private void endInOrder() {
        Context cx = Context.current();
        owes = true;
        if (cx == null || open == null || hasFailed()) {
            newsForAll = true; // the reader may be waiting for its peer, and has something to do now
            return;
        }
        Pollable<Boolean> finishing = each -> Poll.ready(tryFinish(each));
        try {
            owes = !finishing.unconstrained().poll(cx).get();
        } catch (Exception e) {
            failed(e, cx);
        }
    }

    private void closeStream() {
        handshake.close();
        in.close();
        out.close();
    }

    // ---- what is known ----

    /** Returns the session; null before the handshake is over. */
    @Nullable SSLSession session() {
        return session;
    }

    @Nullable SSLEngine engine() {
        return open;
    }

    /** Returns how many bytes were read and not decrypted. For the reader's owner. */
    int undecrypted() {
        return in.held();
    }

    @Override
    public String toString() {
        return "over " + stream;
    }
}
