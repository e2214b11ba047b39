package dev.weir.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A slot for the waker of one waiting consumer, woken by any number of notifiers.
 *
 * <p>The consumer registers and <em>then</em> looks at the condition once more; a notifier makes the condition true
 * and <em>then</em> wakes. A full fence stands between the two steps on either side, so the condition itself may be
 * read and written as weakly as its owner likes: either the notifier finds the waker, or the consumer's second look
 * finds the condition. (Rust's {@code AtomicWaker} needs three states for this because it must also decide who frees
 * the waker; a garbage collector leaves the exchange alone.)
 */
public final class WakerCell {
    private static final VarHandle WAKER;

    static {
        try {
            WAKER = MethodHandles.lookup().findVarHandle(WakerCell.class, "waker", Waker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Waker waker;

    /** Consumer only: the next {@link #wake()} goes to this waker. Replaces the one before. */
    public void register(Waker waker) {
        // Not written again when it is already there: the read is volatile, hence ordered before the second look,
        // and a notifier that takes the waker after this read has made its condition true before.
        if (this.waker != waker) {
            WAKER.setRelease(this, waker);
            // Partner of the fence in wake(): the second look, however weakly it reads, comes after this write.
            VarHandle.fullFence();
        }
    }

    /**
     * Wakes the registered waker, if any, and empties the cell. Tells whether there was one.
     *
     * @throws OutOfMemoryError if it could not be woken; the cell keeps it for the next wake, unless there is another by
     *     now
     */
    public boolean wake() {
        // Partner of the write in register(): the condition, however weakly it was written, comes before this look.
        VarHandle.fullFence();
        if (waker == null) {
            return false;
        }
        Waker taken = (Waker) WAKER.getAndSet(this, null);
        if (taken == null) {
            return false;
        }
        try {
            taken.wake();
        } catch (OutOfMemoryError none) {
            WAKER.compareAndSet(this, null, taken);
            throw none;
        }
        return true;
    }

    /** Forgets the registered waker, so that the cell keeps nobody alive. */
    public void clear() {
        waker = null;
    }

    /** Tells whether somebody waits. */
    public boolean isRegistered() {
        return waker != null;
    }
}
