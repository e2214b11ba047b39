package dev.weir.io.tls;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.time.Sleep;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Agrees with the peer on keys, as far as it goes in each poll. What the engine calls a task, such as a signature or the
 * check of a chain of certificates, takes milliseconds and runs on a thread for blocking calls.
 *
 * <pre>
 * the engine     in a poll                              when that cannot be done now
 * is not there   gathers the hello, makes the engine    waits for a record
 * NEED_TASK      hands it to another thread             waits for that
 * NEED_WRAP      sends a record                         waits for room
 * NEED_UNWRAP    flushes, takes a record                waits for a record
 * has a session  over                                   -
 * </pre>
 *
 * <p>Used by turns: see {@link Baton}.
 */
final class Handshake {
    static final ByteBuffer[] NOTHING = {};

    /** Makes the engine of a server. */
    interface Engines {
        SSLEngine forName(@Nullable String serverName);
    }

    private final Engines engines;
    /** What a server has seen of it so far; null when it has seen all, and of who does not ask for the name. */
    private @Nullable ClientHello hello;

    private final Duration timeout;
    private final Sleep limit;
    private boolean closed;
    private @Nullable SSLEngine engine;
    private @Nullable JoinHandle<Boolean> delegated;

    /**
     * Creates a handshake of a server that has to see the name in the hello before it has an engine.
     */
    static Handshake ofHello(Engines engines, Duration timeout) {
        Handshake handshake = new Handshake(engines, null, timeout);
        handshake.hello = new ClientHello();
        return handshake;
    }

    static Handshake of(SSLEngine engine, Duration timeout) {
        return new Handshake(name -> engine, engine, timeout);
    }

    private Handshake(Engines engines, @Nullable SSLEngine engine, Duration timeout) {
        this.engines = engines;
        this.engine = engine;
        this.timeout = timeout;
        this.limit = Sleep.of(timeout);
    }

    /**
     * Goes as far as it can. When it is over the engine may still have something to send.
     *
     * @param cx wakes everybody who waits for the end of the handshake
     * @return the engine when it is over, null otherwise
     */
    @Nullable SSLEngine poll(Inbound in, Outbound out, Context cx) throws Exception {
        if (!closed && limit.poll(cx).isReady()) {
            throw new SSLHandshakeException("the handshake took longer than " + timeout);
        }
        SSLEngine known = made(in, cx);
        return known != null && advance(known, in, out, cx) ? known : null;
    }

    /** Returns the engine, which a server makes as soon as the hello is whole; null before that. */
    private @Nullable SSLEngine made(Inbound in, Context cx) throws Exception {
        ClientHello gathered = hello;
        if (gathered != null && gather(gathered, in, cx)) {
            hello = null; // kept it would be for as long as the connection
            engine = engines.forName(gathered.serverName());
        }
        return engine;
    }

    /** Takes records until the hello is whole, and gives them back for the engine. */
    private static boolean gather(ClientHello hello, Inbound in, Context cx) throws Exception {
        while (!hello.isWhole()) {
            ByteBuffer record = in.next(cx);
            if (record == null) {
                requireMore(in);
                return false;
            }
            hello.add(record);
        }
        in.unread(hello.records());
        return true;
    }

    private boolean advance(SSLEngine known, Inbound in, Outbound out, Context cx) throws Exception {
        for (; ; ) {
            JoinHandle<Boolean> running = delegated;
            if (running != null) {
                if (running.poll(cx).isPending()) {
                    return false;
                }
                delegated = null;
            }
            switch (known.getHandshakeStatus()) {
                case NEED_TASK -> delegated = cx.service(TaskRuntime.class).spawnBlocking(() -> runTasks(known));
                case NEED_WRAP -> {
                    if (hasSession(known)) {
                        return true; // the last word, or a ticket: nobody needs to wait for it
                    }
                    if (!out.hasRoom(cx)) {
                        return false;
                    }
                    requireOpen(out.wrap(known, NOTHING, cx));
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    out.flush(cx); // pending is no reason not to read: the peer may wait for that
                    ByteBuffer record = in.next(cx);
                    if (record == null) {
                        requireMore(in);
                        return false;
                    }
                    unwrap(known, record);
                    if (!cx.mayGoOn()) {
                        return false; // a peer may send many records that lead nowhere
                    }
                }
                default -> {
                    if (hasSession(known)) {
                        return true;
                    }
                    known.beginHandshake();
                }
            }
        }
    }

    private static Boolean runTasks(SSLEngine engine) {
        for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
            task.run();
        }
        return true;
    }

    private static boolean hasSession(SSLEngine engine) {
        return engine.getHandshakeSession() == null
                && !engine.getSession().getProtocol().equals("NONE");
    }

    private static void unwrap(SSLEngine engine, ByteBuffer record) throws SSLException {
        ByteBuffer none = ByteBuffer.allocate(record.remaining()); // nothing is in it before the handshake is over
        SSLEngineResult result = engine.unwrap(record, none);
        requireOpen(result);
        if (record.hasRemaining() || result.bytesProduced() > 0) {
            throw new SSLHandshakeException("the engine did not take a record of the handshake: " + result);
        }
    }

    private static void requireOpen(SSLEngineResult result) throws SSLException {
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLHandshakeException("the peer closed the connection during the handshake");
        }
    }

    private static void requireMore(Inbound in) throws SSLException {
        if (in.hasEnded()) {
            throw new SSLHandshakeException("the connection ended during the handshake");
        }
    }

    /** Returns the engine, whether it is over or not; null if a server does not have it yet. */
    @Nullable SSLEngine engine() {
        return engine;
    }

    /** Tells whether another thread may be at work in the engine: that holds its lock, even to be asked anything. */
    boolean isDelegated() {
        return delegated != null;
    }

    boolean holdsHello() {
        return hello != null;
    }

    /** Stops the clock, and what runs on another thread as far as it has not begun. */
    void close() {
        closed = true;
        limit.close();
        if (delegated != null) {
            delegated.cancel();
        }
    }
}
