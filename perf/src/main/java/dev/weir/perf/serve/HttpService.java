package dev.weir.perf.serve;

import dev.weir.io.net.OnCancel;
import dev.weir.io.net.TcpStream;
import dev.weir.perf.http.HttpAnswers;
import dev.weir.perf.http.HttpResponder;
import dev.weir.task.Pollable;
import java.time.InstantSource;

/**
 * Answers every request with "Hello, World!". At most {@link #HELD} bytes of answers and one {@linkplain
 * HttpResponder#BATCH batch} wait for a client that does not read; it is not read from then.
 */
public final class HttpService implements Service {
    /** Bytes of answers that are gathered into one write. */
    static final int HELD = 16 * 1024;

    private final HttpAnswers answers = new HttpAnswers(InstantSource.system());

    /**
     * After the last answer the rest of what the client sends is read and dropped for a while: closing with unread bytes
     * would reset the connection, and the client might never see why it was refused (RFC 9112, 9.6).
     */
    @Override
    public Pollable<?> serve(TcpStream socket) {
        var requests = socket.reader(TcpStream.DEFAULT_CHUNK, OnCancel.DRAIN);
        return socket.writer(HELD).drain(new HttpResponder(requests, answers));
    }
}
