package dev.weir.io.process;

import dev.weir.task.Waker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Who waits for the end of a process. The JDK is asked once, by the first who waits: it forgets nobody who has asked, and
 * those who ask and give up may be many.
 */
final class Exit {
    private final Supplier<CompletableFuture<Process>> onExit;

    // Guarded by this.
    private final Map<Object, Waker> waiters = new HashMap<>();
    private boolean asked;
    private boolean over;

    Exit(Supplier<CompletableFuture<Process>> onExit) {
        this.onExit = onExit;
    }

    /** Tells whether the process has ended; otherwise wakes this waiter when it has, in place of an earlier wish of its. */
    boolean await(Object waiter, Waker waker) {
        if (isNews(waiter, waker)) {
            try {
                var unused = onExit.get().thenRun(this::end); // which never throws
            } catch (RuntimeException | Error e) {
                forgetThatItWasAsked();
                throw e;
            }
        }
        return isOver(); // it may have ended at once
    }

    /** Lists the waiter; tells whether it is the one who has to ask. */
    private synchronized boolean isNews(Object waiter, Waker waker) {
        if (over) {
            return false;
        }
        waiters.put(waiter, waker);
        boolean first = !asked;
        asked = true;
        return first;
    }

    private synchronized void forgetThatItWasAsked() {
        asked = false;
    }

    private synchronized boolean isOver() {
        return over;
    }

    private void end() {
        List<Waker> woken;
        synchronized (this) {
            over = true;
            woken = List.copyOf(waiters.values());
            waiters.clear();
        }
        woken.forEach(Waker::wake);
    }

    /** It waits no more. */
    synchronized void forget(Object waiter) {
        waiters.remove(waiter);
    }

    /** Returns how many wait. */
    synchronized int waiting() {
        return waiters.size();
    }
}
