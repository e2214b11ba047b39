package dev.weir.tck;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import dev.weir.task.WakerCell;
import java.util.concurrent.atomic.AtomicLong;

/** A sink with room for as many items as a test allows. Only the test's {@link #open} may come from another thread. */
final class Valve<T> implements Sink<T> {
    private final Sink<T> sink;
    private final AtomicLong permits;
    private final WakerCell waiting = new WakerCell();

    Valve(Sink<T> sink, long permits) {
        this.sink = sink;
        this.permits = new AtomicLong(permits);
    }

    /** Allows n more items. */
    void open(long n) {
        permits.addAndGet(n);
        waiting.wake();
    }

    @Override
    public boolean pollReady(Context cx) throws Exception {
        if (permits.get() == 0) {
            sink.pollFlush(cx);
            waiting.register(cx.waker()); // S2: then one more look
            if (permits.get() == 0) {
                return false;
            }
        }
        return sink.pollReady(cx);
    }

    @Override
    public void send(T item) throws Exception {
        permits.decrementAndGet();
        sink.send(item);
    }

    @Override
    public boolean pollFlush(Context cx) throws Exception {
        return sink.pollFlush(cx);
    }

    @Override
    public boolean pollFinish(Context cx) throws Exception {
        return sink.pollFinish(cx);
    }

    @Override
    public void close() {
        waiting.clear();
        sink.close();
    }

    @Override
    public void abort() {
        waiting.clear();
        sink.abort();
    }
}
