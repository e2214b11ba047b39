package dev.weir.task;

import java.util.Objects;

/**
 * Moves a source into a sink. The order is the point: first room, then an item, so the demand of the sink is the only
 * thing that makes the source produce. Whenever the source has nothing, what was sent is flushed. Its end needs no room
 * (P4), so a failure does not wait for a peer that reads nothing.
 */
final class Drain<T> implements Pollable<Long> {
    private final Source<? extends T> source;
    private final Sink<T> sink;
    private long moved;
    private boolean flushed = true;
    private boolean finishing;
    private boolean finished;

    Drain(Source<? extends T> source, Sink<T> sink) {
        this.source = Objects.requireNonNull(source, "source");
        this.sink = Objects.requireNonNull(sink, "sink");
    }

    @Override
    public Poll<Long> poll(Context cx) throws Exception {
        while (!finishing && sink.pollReady(cx)) {
            T item = source.poll(cx);
            if (item != null) {
                sink.send(item);
                moved++;
                flushed = false;
                if (!cx.mayGoOn()) {
                    break; // S5: a source may give for nothing what it has read ahead
                }
            } else if (source.isDone()) {
                break;
            } else {
                flushed = flushed || sink.pollFlush(cx);
                return Poll.pending();
            }
        }
        if (!finishing && source.isDone()) {
            source.poll(cx); // S3: takes no item, and throws if it failed, whether there is room or not
            finishing = true;
        }
        finished = finishing && sink.pollFinish(cx);
        return finished ? Poll.ready(moved) : Poll.pending();
    }

    @Override
    public void close() {
        try {
            if (finished) {
                sink.close();
            } else {
                sink.abort(); // first: the source of a connection would close the sink's end of it in order
            }
        } finally {
            source.close();
        }
    }
}
