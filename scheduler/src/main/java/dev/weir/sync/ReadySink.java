package dev.weir.sync;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.util.function.Consumer;

/** A sink into what never waits. */
final class ReadySink<T> implements Sink<T> {
    private final Consumer<? super T> send;
    private final Runnable close;

    ReadySink(Consumer<? super T> send, Runnable close) {
        this.send = send;
        this.close = close;
    }

    /** Charges, as nothing else would end the turn of who sends without a pause. */
    @Override
    public boolean pollReady(Context cx) {
        return cx.charge();
    }

    @Override
    public void send(T item) {
        send.accept(item);
    }

    @Override
    public boolean pollFlush(Context cx) {
        return true;
    }

    @Override
    public boolean pollFinish(Context cx) {
        close.run();
        return true;
    }

    @Override
    public void close() {
        close.run();
    }
}
