package dev.weir.perf.demo;

import dev.weir.io.net.SocketWriter;
import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.nio.ByteBuffer;

/**
 * Stands before the writer of one connection and keeps the books: what the file is asked for comes into the {@link Ledger},
 * what the kernel took by the writer's own count goes out. Confined to the connection's task.
 */
final class Meter implements Sink<ByteBuffer> {
    private final SocketWriter writer;
    private final Ledger ledger;
    private ClassCounters counters = new ClassCounters();
    private long entered;
    private long left;
    private boolean asked;
    private boolean stalled;
    private boolean inFlight;

    Meter(SocketWriter writer, Ledger ledger) {
        this.writer = writer;
        this.ledger = ledger;
    }

    /** Says whose counters are meant from now on; before any buffer was set aside. */
    void countFor(ClassCounters counters) {
        boolean wasAsked = asked;
        boolean wasStalled = stalled;
        asked(false);
        stalled(false);
        this.counters = counters;
        asked(wasAsked);
        stalled(wasStalled);
    }

    /** A buffer of so many bytes is set aside. */
    void enter(int bytes) {
        entered += bytes;
        ledger.enter(bytes);
        if (!inFlight) {
            inFlight = true;
            counters.chunksInFlight.incrementAndGet();
        }
    }

    @Override
    public boolean pollReady(Context cx) throws Exception {
        try {
            boolean ready = writer.pollReady(cx);
            asked(ready);
            stalled(!ready);
            return ready;
        } finally {
            settle();
        }
    }

    @Override
    public void send(ByteBuffer item) throws Exception {
        asked(false);
        writer.send(item);
    }

    @Override
    public boolean pollFlush(Context cx) throws Exception {
        try {
            boolean flushed = writer.pollFlush(cx);
            stalled(!flushed);
            return flushed;
        } finally {
            settle();
        }
    }

    @Override
    public boolean pollFinish(Context cx) throws Exception {
        try {
            boolean finished = writer.pollFinish(cx);
            asked(false);
            stalled(!finished);
            return finished;
        } finally {
            settle();
        }
    }

    private void settle() {
        leave(writer.bytes() - left);
    }

    private void leave(long bytes) {
        left += bytes;
        ledger.leave(bytes);
        if (inFlight && left == entered) {
            inFlight = false;
            counters.chunksInFlight.decrementAndGet();
        }
    }

    private void asked(boolean now) {
        if (asked != now) {
            asked = now;
            counters.demand.addAndGet(now ? 1 : -1);
        }
    }

    private void stalled(boolean now) {
        if (stalled != now) {
            stalled = now;
            counters.stalled.addAndGet(now ? 1 : -1);
        }
    }

    /** What did not leave is given up with the connection, and is in the process no more. */
    @Override
    public void close() {
        end();
        writer.close();
    }

    @Override
    public void abort() {
        end();
        writer.abort();
    }

    private void end() {
        settle();
        asked(false);
        stalled(false);
        long lost = entered - left;
        ledger.enter(-lost);
        entered -= lost;
        leave(0);
    }
}
