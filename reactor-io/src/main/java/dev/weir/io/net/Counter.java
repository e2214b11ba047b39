package dev.weir.io.net;

import java.util.concurrent.atomic.AtomicLong;

/** A count with one writer and any number of readers, who see it a little later: no fence on the way of every chunk. */
final class Counter extends AtomicLong {
    private static final long serialVersionUID = 1L;

    /** Writer only. */
    void add(long n) {
        lazySet(getPlain() + n);
    }
}
