package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import org.jspecify.annotations.Nullable;

/** Waits for room in a channel and sends one item. */
final class Sending<T> implements Pollable<@Nullable Void> {
    private final Pipe<T> pipe;
    private final T item;
    private final Waiter waiter = new Waiter();
    private boolean sent;

    Sending(Pipe<T> pipe, T item) {
        this.pipe = pipe;
        this.item = item;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        if (sent) {
            throw new IllegalStateException("polled again after the end: a send sends once");
        }
        sent = pipe.pollSend(cx, waiter, item);
        return sent ? Poll.done() : Poll.pending();
    }

    @Override
    public void close() {
        pipe.giveUp(waiter);
    }
}
