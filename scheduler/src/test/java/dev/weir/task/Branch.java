package dev.weir.task;

import org.jspecify.annotations.Nullable;

/** A computation that is ended by hand and counts what is done to it. */
final class Branch<T> implements Pollable<T> {
    int polls;
    int closes;
    private @Nullable Waker waker;
    private @Nullable T result;
    private @Nullable Exception failure;

    /** Returns one that is ready. */
    static <T> Branch<T> ready(T result) {
        Branch<T> branch = new Branch<>();
        branch.finish(result);
        return branch;
    }

    static <T> Branch<T> failed(Exception failure) {
        Branch<T> branch = new Branch<>();
        branch.failure = failure;
        return branch;
    }

    void finish(T value) {
        result = value;
        wake();
    }

    void fail(Exception thrown) {
        failure = thrown;
        wake();
    }

    void wake() {
        if (waker != null) {
            waker.wake();
        }
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        if (closes > 0) {
            throw new AssertionError("polled after it was closed");
        }
        polls++;
        waker = cx.waker();
        if (failure != null) {
            throw failure;
        }
        return result == null ? Poll.pending() : Poll.ready(result);
    }

    @Override
    public void close() {
        closes++;
    }
}
