package dev.weir.io.net;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads to the end of a stream that nobody wants any more, for a limited time; see {@link OnCancel#DRAIN}. */
final class Discard implements Pollable<@Nullable Void> {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final SocketReader reader;
    private final Sleep limit = Sleep.of(LIMIT);

    Discard(SocketReader reader) {
        this.reader = reader;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        try {
            while (reader.lend(cx) != null) {
                if (cx.budget().isExhausted()) {
                    cx.waker().wake();
                    return Poll.pending();
                }
            }
        } catch (IOException e) {
            return Poll.done(); // closed already, and nobody is left to be told
        }
        return reader.isDone() ? Poll.done() : limit.poll(cx);
    }

    @Override
    public void close() {
        limit.close();
        reader.release();
    }
}
