package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.WakerCell;

/** An event that one task awaits and any thread brings about. */
final class Signal implements Pollable<Integer> {
    private final WakerCell cell = new WakerCell();
    private volatile boolean set;
    private volatile int value;

    void set(int value) {
        this.value = value;
        set = true;
        cell.wake();
    }

    void set() {
        set(0);
    }

    @Override
    public Poll<Integer> poll(Context cx) {
        if (!set) {
            cell.register(cx.waker());
        }
        return set ? Poll.ready(value) : Poll.pending();
    }
}
