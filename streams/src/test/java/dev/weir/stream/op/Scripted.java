package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import org.jspecify.annotations.Nullable;

/** Gives one item again and again, as often as the test says, and keeps count of what its owner does. */
final class Scripted implements Source<Integer> {
    static final int ENDLESS = Integer.MAX_VALUE;

    private final Integer item;
    int left;
    /** Whether it has ended when nothing is left, or waits for more. */
    boolean ends;

    @Nullable Exception failure;

    /** What another thread does between the look of a poll that finds nothing and its return. */
    Runnable meanwhile = () -> {};

    Waker waker = Waker.noop();
    int polls;
    int closes;

    Scripted(int item, int left) {
        this.item = item;
        this.left = left;
    }

    Scripted thatEnds() {
        ends = true;
        return this;
    }

    /** It has so many items now, and says so. */
    void give(int more) {
        left = more;
        waker.wake();
    }

    @Override
    public @Nullable Integer poll(Context cx) throws Exception {
        polls++;
        waker = cx.waker();
        if (left > 0) {
            if (!cx.charge()) {
                return null;
            }
            left -= left == ENDLESS ? 0 : 1;
            return item;
        }
        if (failure != null) {
            throw failure;
        }
        meanwhile.run();
        return null;
    }

    @Override
    public boolean isDone() {
        return ends && left == 0;
    }

    @Override
    public void close() {
        closes++;
    }
}
