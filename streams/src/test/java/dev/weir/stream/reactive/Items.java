package dev.weir.stream.reactive;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.concurrent.atomic.AtomicInteger;

/** A source of the numbers from 0 that knows its end beforehand, and counts what is done to it. */
final class Items implements Source<Integer> {
    final AtomicInteger closes = new AtomicInteger();
    int polls;
    private final int count;
    private final Throwable failure;
    private final boolean charges;
    private int next;

    private Items(int count, Throwable failure, boolean charges) {
        this.count = count;
        this.failure = failure;
        this.charges = charges;
    }

    static Items upTo(int count) {
        return new Items(count, null, true);
    }

    static Items endless() {
        return upTo(Integer.MAX_VALUE);
    }

    /** A source that forgets law S5. */
    static Items uncharged(int count) {
        return new Items(count, null, false);
    }

    static Items thenFail(int count, Throwable failure) {
        return new Items(count, failure, true);
    }

    @Override
    public Integer poll(Context cx) throws Exception {
        polls++;
        if (next == count) {
            if (failure != null) {
                throw Undeliverable.<Exception>sneak(failure);
            }
            return null;
        }
        return charges && !cx.charge() ? null : (Integer) next++;
    }

    @Override
    public boolean isDone() {
        return next == count;
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
