package dev.weir.task;

import org.jspecify.annotations.Nullable;

/** Pending once. */
final class YieldNow implements Pollable<@Nullable Void> {
    private boolean yielded;

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        if (yielded) {
            return Poll.done();
        }
        yielded = true;
        cx.host().yielding();
        cx.waker().wake(); // during its own poll: so it goes behind its peers
        return Poll.pending();
    }
}
