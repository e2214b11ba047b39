package dev.weir.io.tls;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.FirstFailure;
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
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What the two halves of a stream share, and what they do by turns ({@link Baton}).
 *
 * <pre>
 * event \ state       shaking hands         open              peer has ended     we have ended
 * the peer ends       fails                 (what is said and done then: {@link Conversation})
 * write               held                  sent              1.3: sent          refused
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

    /** From the end of the handshake on. */
    private volatile @Nullable Conversation conversation;

    private volatile @Nullable SSLSession session;

    // By turns.
    private boolean readerOver;
    private boolean writerOver;
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
        Conversation open = conversation;
        return open != null && open.hasEnded();
    }

    boolean write(Held held, Context cx) throws IOException {
        return turn(Baton.WRITER, writer, cx, each -> tryWrite(held, each));
    }

    boolean flush(Held held, Context cx) throws IOException {
        return turn(Baton.WRITER, writer, cx, each -> tryFlush(held, each));
    }

    boolean finish(Held held, Context cx) throws IOException {
        return turn(Baton.WRITER, writer, cx, each -> tryFinish(held, each));
    }

    /** As {@link #finish}, of a writer that was closed with nothing in hand. */
    boolean finishAlone(Context cx) throws IOException {
        return finish(new Held(), cx);
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

    /** Whatever the stream below throws that is closed: the baton goes on, and who waits for it is woken. */
    private void leave() {
        Throwable thrown = null;
        boolean tellAll = takeNews();
        int answer = baton.leave();
        while (Baton.isAsked(answer)) {
            thrown = FirstFailure.of(this::carryOut, answer, thrown);
            tellAll |= takeNews();
            answer = baton.leave();
        }
        FirstFailure.rethrow(wake(tellAll ? Baton.ALL : answer, thrown));
    }

    private boolean takeNews() {
        boolean news = newsForAll;
        newsForAll = false;
        return news;
    }

    private void wakeEverybody() {
        FirstFailure.rethrow(wake(Baton.ALL, null));
    }

    private @Nullable Throwable wake(int whom, @Nullable Throwable before) {
        Throwable thrown = before;
        thrown = (whom & Baton.READER) == 0 ? thrown : FirstFailure.of(WakerCell::wake, reader, thrown);
        thrown = (whom & Baton.WRITER) == 0 ? thrown : FirstFailure.of(WakerCell::wake, writer, thrown);
        return (whom & Baton.SHAKER) == 0 ? thrown : FirstFailure.of(WakerCell::wake, shaker, thrown);
    }

    // ---- steps, by turns ----

    private boolean tryShake(Context cx) throws Exception {
        Conversation open = opened(cx);
        if (open == null) {
            return false;
        }
        open.settle(cx, writerOver);
        return !client || !open.owes();
    }

    private @Nullable Conversation opened(Context cx) throws Exception {
        if (conversation == null) {
            SSLEngine engine = handshake.poll(in, out, cx.withWaker(everybody));
            if (engine != null) {
                handshake.close();
                session = engine.getSession();
                conversation = new Conversation(engine, in, out, everybody);
                newsForAll = true;
            }
        }
        return conversation;
    }

    private boolean tryRead(Context cx) throws Exception {
        Conversation open = opened(cx);
        received = open == null ? null : open.read(cx, writerOver);
        return received != null;
    }

    private boolean tryWrite(Held held, Context cx) throws Exception {
        Conversation open = opened(cx);
        return open != null && open.write(held, cx);
    }

    private boolean tryFlush(Held held, Context cx) throws Exception {
        Conversation open = opened(cx);
        return open != null && open.write(held, cx) && open.flush(cx);
    }

    private boolean tryFinish(Held held, Context cx) throws Exception {
        Conversation open = opened(cx);
        return open != null && open.write(held, cx) && open.finish(cx);
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
        Pollable<Boolean> saying = each -> Poll.ready(out.alert(engine, each));
        try {
            saying.unconstrained().poll(cx); // nobody will poll for it again
        } catch (Exception unsaid) {
            IOException first = firstFailure(new IOException(unsaid));
            if (first != unsaid) { // a socket throws the one failure that it has met again and again
                first.addSuppressed(unsaid);
            }
        }
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
        try {
            if (abort) {
                stream.abort();
            } else {
                stream.close();
            }
        } finally {
            try {
                ask(Baton.CLOSE_ALL);
            } finally {
                if (first) {
                    wakeEverybody();
                }
            }
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
        try {
            if ((asked & Baton.CLOSE_READER) != 0) {
                endReader();
            }
        } finally {
            try {
                endWriter(asked);
            } finally {
                if (readerOver && writerOver && !isLeftToFarewell()) {
                    closeStream();
                }
            }
        }
    }

    private void endReader() {
        readerOver = true;
        if (!hasEnded()) {
            newsForAll = true; // a handshake may have waited for its share of the budget, in line no more
            in.close(); // nobody reads any more, and a socket tells that by closing
        }
    }

    private void endWriter(int asked) {
        if ((asked & Baton.BREAK_OFF) != 0) {
            writerOver = true;
            newsForAll = true; // who waits for the budget learns nothing from the stream
            failure.compareAndSet(null, new IOException("the connection was broken off by its writer"));
            stream.abort();
        } else if ((asked & Baton.CLOSE_WRITER) != 0) {
            writerOver = true;
            endInOrder();
        }
    }

    /** Nobody polls any more. If the peer reads on, and is owed something that there was no room for, a task is made. */
    private boolean isLeftToFarewell() {
        Context cx = Context.current();
        TaskRuntime runtime = cx == null ? null : cx.host().service(TaskRuntime.class);
        if (runtime == null || !hasEnded() || out.isFinished() || hasFailed()) {
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
        Conversation open = conversation;
        if (cx == null || open == null || hasFailed()) {
            if (open != null) {
                open.oweEnd();
            }
            newsForAll = true; // the reader may be waiting for its peer, and has something to do now
            return;
        }
        Pollable<@Nullable Void> finishing = each -> {
            open.finishUnasked(each);
            return Poll.done();
        };
        try {
            finishing.unconstrained().poll(cx);
        } catch (Exception e) {
            failed(e, cx);
        }
    }

    private void closeStream() {
        handshake.close();
        try {
            in.close();
        } finally {
            out.close();
        }
    }

    // ---- what is known ----

    /** Returns the session; null before the handshake is over. */
    @Nullable SSLSession session() {
        return session;
    }

    @Nullable SSLEngine engine() {
        Conversation open = conversation;
        return open == null ? null : open.engine();
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
