package dev.weir.io.tls;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose halves are both closed, in place of their owners, because there was no room yet for what was
 * flushed and for the close-notify behind it. For a limited time: then the connection is closed with what it holds.
 */
final class Farewell implements Pollable<@Nullable Void> {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final TlsConnection connection;
    private final Sleep limit = Sleep.of(LIMIT);

    Farewell(TlsConnection connection) {
        this.connection = connection;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        try {
            return connection.finishAlone(cx) ? Poll.done() : limit.poll(cx);
        } catch (IOException e) {
            return Poll.done(); // closed already, and nobody is left to be told
        }
    }

    @Override
    public void close() {
        limit.close();
        connection.closeFinished();
    }
}
