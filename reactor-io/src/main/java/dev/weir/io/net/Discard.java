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
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final SocketReader reader;
    private final Sleep limit = Sleep.of(LIMIT);

    Discard(SocketReader reader) {
        this.reader = reader;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        if (limit.poll(cx).isReady()) { // first: a peer may always have more than a turn can take
            return Poll.done();
        }
        try {
            while (reader.discard(cx) != null) {}
        } catch (IOException e) {
            return Poll.done(); // closed already, and nobody is left to be told
        }
        return reader.isDone() ? Poll.done() : Poll.pending();
    }

    @Override
    public void close() {
        limit.close();
        reader.release();
    }
}
