package dev.weir.sync;

import dev.weir.task.Context;
import dev.weir.task.Sink;

/** A channel's sender in the shape of a sink: room is a permit, and what was sent is the receiver's at once. */
final class SenderSink<T> implements Sink<T> {
    private final Channel.Sender<T> sender;

    SenderSink(Channel.Sender<T> sender) {
        this.sender = sender;
    }

    @Override
    public boolean pollReady(Context cx) {
        return sender.pollReserve(cx);
    }

    @Override
    public void send(T item) {
        sender.sendReserved(item);
    }

    @Override
    public boolean pollFlush(Context cx) {
        return true;
    }

    @Override
    public boolean pollFinish(Context cx) {
        sender.close();
        return true;
    }

    @Override
    public void close() {
        sender.close();
    }
}
