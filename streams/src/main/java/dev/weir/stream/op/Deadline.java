package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.time.Clock;
import dev.weir.time.Sleep;
import org.jspecify.annotations.Nullable;

/**
 * A point in time that an operator waits for, by the clock of the runtime. Looking at it costs no budget, so that an
 * operator whose upstream uses all of it up is in time nevertheless. Without a look there is no timer.
 */
public final class Deadline {
    private @Nullable Sleep sleep;
    private long at;
    private boolean set;

    /** Sets it so long from now. */
    public void set(long nanos, Context cx) {
        setAt(now(cx) + nanos);
    }

    public void setAt(long nanoTime) {
        at = nanoTime;
        set = true;
        if (sleep != null) {
            sleep.reset(at);
        }
    }

    public boolean isSet() {
        return set;
    }

    /** Meaningful when set. */
    public long at() {
        return at;
    }

    /** Tells whether it is set and has come. */
    public boolean hasPassed(Context cx) {
        return set && at - now(cx) <= 0;
    }

    /** As {@link #hasPassed}; if not, the waker of the context will be woken when it comes. */
    public boolean await(Context cx) {
        if (hasPassed(cx)) {
            return true;
        }
        if (sleep == null) {
            sleep = Sleep.until(at);
        }
        return sleep.poll(cx).isReady();
    }

    /** Gives up waiting. */
    public void clear() {
        set = false;
        if (sleep != null) {
            sleep.close();
            sleep = null;
        }
    }

    public static long now(Context cx) {
        return cx.service(Clock.class).nanos();
    }
}
