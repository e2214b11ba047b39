package dev.weir.io.tls;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.io.net.OnCancel;
import dev.weir.io.net.TcpStream;
import dev.weir.io.net.UnixStream;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/**
 * One side of a TLS connection over another stream, which belongs to it from now on.
 *
 * <p><b>The handshake</b> is made by whatever is polled first: the reader, the writer, or {@link #handshake}; nothing
 * happens before. It fails with a {@link javax.net.ssl.SSLException} or as the stream below does, or when it takes longer
 * than the options allow.
 *
 * <p><b>Ends.</b> The reader completes at the peer's close-notify and never otherwise: a connection that breaks off, or
 * ends without one, fails the reader. {@link Sink#pollFinish} sends ours. In TLS 1.3 the other direction then goes on;
 * in TLS 1.2 the peer has to end its own at once, and may throw away what it had not sent: so with that version finish
 * after you have read to the end. A writer that is closed without having finished, and holds nothing, does it in its
 * close as far as there is room. What is still to be sent then, which was flushed in vain, and the close-notify behind it
 * are sent by polls of the reader, and if that is closed after the peer's end by a task of its own, for 30 seconds at
 * most. They are lost, and the peer learns that the rest is missing, if the reader is closed before the peer's end, if
 * what closes last is not in a task, or if the runtime ends. {@link #close} and {@link #abort} send no close-notify: the
 * peer learns that the rest is missing. Who closes a TCP stream with bytes unread resets it, and a server's session
 * tickets are such bytes: read to the end before you close.
 *
 * <p><b>Bounds.</b> Without demand nothing is read or decrypted. Of one connection there are in memory at most one
 * chunk of the stream below (16,709 bytes of a socket), one record that has come in part (18,437 bytes) and the text of
 * one record; on the way out less than 16 KiB and one item in the writer, and less than two records (33,418 bytes) in
 * that of the socket. The engine keeps a message of a handshake beyond that, of 32 KiB at most, see {@code
 * jdk.tls.maxHandshakeMessageSize}. What is read counts against the {@link TlsOptions#byteBudget}, which replaces that of
 * a socket, and so does a record that has come in part, as long as it is not whole: give peers that do not go on a
 * timeout. Only while it waits for the budget behind others is such a part, of 18,437 bytes at most, not counted. A server
 * that chooses by name keeps the client's hello until it is whole, 32 KiB in 256 records at most, beside it. A stream below that is no socket reads with a budget of its own, if it has one. What the writer holds is not
 * counted.
 *
 * <p><b>Not done:</b> renegotiation, which is refused, early data, and versions before 1.2. Key updates are answered.
 *
 * <p>The two halves may live in different tasks. They work by turns: while one encrypts or decrypts, the other answers
 * "not now" and is woken.
 */
public final class TlsStream implements ByteStream {
    private final ByteStream below;
    private final TlsConnection connection;
    private final AtomicBoolean readerTaken = new AtomicBoolean();
    private final AtomicBoolean writerTaken = new AtomicBoolean();

    private TlsStream(ByteStream below, Handshake handshake, boolean client, TlsOptions options) {
        this.below = below;
        connection =
                new TlsConnection(below, readerOf(below), writerOf(below), handshake, client, options.byteBudget());
    }

    /**
     * Returns the side of the client.
     *
     * @param below the stream to the server, whose halves it takes
     * @param host whom to expect there, unless the options name another; null if only they do
     * @param port to which it is connected; with the host it finds the session to resume. Negative for none
     * @throws IllegalArgumentException if hosts are checked and there is neither a host nor a name
     * @throws IllegalStateException if a half was taken before
     */
    public static TlsStream client(ByteStream below, @Nullable String host, int port, TlsOptions options) {
        SSLEngine engine = options.clientEngine(host, port);
        return new TlsStream(below, Handshake.of(engine, options.handshakeTimeout()), true, options);
    }

    /**
     * Returns the side of the server.
     *
     * @param below the stream to the client, whose halves it takes
     * @throws IllegalStateException if a half was taken before
     */
    public static TlsStream server(ByteStream below, TlsOptions options) {
        Handshake handshake = options.choosesByName()
                ? Handshake.ofHello(options::serverEngine, options.handshakeTimeout())
                : Handshake.of(options.serverEngine(null), options.handshakeTimeout());
        return new TlsStream(below, handshake, false, options);
    }

    /** Of a socket in chunks of a record, and on our budget only: two that are held together can wait for each other. */
    private static Source<ByteBuffer> readerOf(ByteStream below) {
        ByteBudget unbounded = ByteBudget.of(Long.MAX_VALUE);
        if (below instanceof TcpStream tcp) {
            return tcp.reader(Inbound.CHUNK, OnCancel.CLOSE, unbounded);
        }
        if (below instanceof UnixStream unix) {
            return unix.reader(Inbound.CHUNK, OnCancel.CLOSE, unbounded);
        }
        return below.reader();
    }

    private static Sink<ByteBuffer> writerOf(ByteStream below) {
        if (below instanceof TcpStream tcp) {
            return tcp.writer(Inbound.CHUNK);
        }
        if (below instanceof UnixStream unix) {
            return unix.writer(Inbound.CHUNK);
        }
        return below.writer();
    }

    /**
     * Returns the computation that makes the handshake; its result is the session. One at a time may be polled. Giving
     * it up leaves the stream as it is. The certificate of a client may still be refused after it, in TLS 1.3: then the
     * first read fails.
     */
    public Pollable<SSLSession> handshake() {
        return new Pollable<>() {
            @Override
            public Poll<SSLSession> poll(Context cx) throws IOException {
                return connection.shake(cx) ? Poll.ready(session()) : Poll.pending();
            }

            @Override
            public void close() {
                connection.stopShaking();
            }
        };
    }

    /**
     * Returns what was agreed on: version, cipher, certificates.
     *
     * @throws IllegalStateException before the handshake is over
     */
    public SSLSession session() {
        SSLSession agreed = connection.session();
        if (agreed == null) {
            throw new IllegalStateException("the handshake of " + this + " is not over: poll handshake() first");
        }
        return agreed;
    }

    /**
     * Returns what is spoken on top (ALPN), or null if nothing was agreed on.
     *
     * @throws IllegalStateException before the handshake is over
     */
    public @Nullable String applicationProtocol() {
        session();
        SSLEngine engine = Objects.requireNonNull(connection.engine(), "engine");
        String protocol = engine.getApplicationProtocol();
        return protocol == null || protocol.isEmpty() ? null : protocol;
    }

    /**
     * Returns the name of the host that the client has asked for, in lower case, or null if it has asked for none (SNI).
     *
     * @throws IllegalStateException before the handshake is over
     */
    public @Nullable String serverName() {
        List<SNIServerName> names =
                session() instanceof ExtendedSSLSession extended ? extended.getRequestedServerNames() : List.of();
        for (SNIServerName each : names) {
            if (each.getType() == StandardConstants.SNI_HOST_NAME) { // a client may send others before it
                return new SNIHostName(each.getEncoded()).getAsciiName().toLowerCase(Locale.ROOT);
            }
        }
        return null;
    }

    @Override
    public Source<ByteBuffer> reader() {
        take(readerTaken, "reader");
        return new TlsReader(connection);
    }

    @Override
    public Sink<ByteBuffer> writer() {
        take(writerTaken, "writer");
        return new TlsWriter(connection);
    }

    private void take(AtomicBoolean taken, String half) {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("the " + half + " of " + this + " was taken before, and has one owner");
        }
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return below.remoteAddress();
    }

    /** Returns how many bytes were read and not decrypted. For the owner of the reader. */
    int undecrypted() {
        return connection.undecrypted();
    }

    @Override
    public void abort() {
        connection.close("the connection was aborted", true);
    }

    @Override
    public void close() {
        connection.close("the connection was closed", false);
    }

    @Override
    public String toString() {
        return "TlsStream[" + below + "]";
    }
}
