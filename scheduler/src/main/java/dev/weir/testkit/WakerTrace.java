package dev.weir.testkit;

import dev.weir.task.Context;
import dev.weir.task.Waker;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands down a waker of its own in place of the owner's and holds it weakly: once the collector has taken it, nobody
 * is left who could wake. The same owner gets the same waker again, since the checked object may compare wakers.
 */
final class WakerTrace {
    private static final int COLLECTIONS = 100;

    private volatile WeakReference<Traced> handedDown = new WeakReference<>(null);
    private volatile AtomicBoolean woken = new AtomicBoolean();

    Context context(Context cx) {
        Traced traced = handedDown.get();
        if (traced == null || traced.owner != cx.waker()) {
            woken = new AtomicBoolean();
            traced = new Traced(cx.waker(), woken);
            handedDown = new WeakReference<>(traced);
        }
        woken.set(false);
        return cx.withWaker(traced);
    }

    /** Tells, after a collection, whether the waker of the last call was woken since or may still be. */
    boolean isAlive() {
        collect();
        return woken.get() || handedDown.get() != null;
    }

    private static void collect() {
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        for (int i = 0; garbage.get() != null; i++) {
            if (i == COLLECTIONS) {
                throw new IllegalStateException("this JVM does not collect on request (DisableExplicitGC?)");
            }
            System.gc();
        }
    }

    private record Traced(Waker owner, AtomicBoolean woken) implements Waker {
        @Override
        public void wake() {
            woken.set(true);
            owner.wake();
        }
    }
}
