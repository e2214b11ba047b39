package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;

/** Waits for room in a channel, for so many items at once. */
final class Reserving<T> implements Pollable<Channel.Permit<T>> {
    private final Pipe<T> pipe;
    private final Waiter waiter = new Waiter();

    Reserving(Pipe<T> pipe, int n) {
        this.pipe = pipe;
        waiter.need = n;
    }

    @Override
    public Poll<Channel.Permit<T>> poll(Context cx) {
        return pipe.pollReserve(cx, waiter) ? Poll.ready(new Channel.Permit<>(pipe, waiter.need)) : Poll.pending();
    }

    @Override
    public void close() {
        pipe.giveUp(waiter);
    }
}
