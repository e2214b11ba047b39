package dev.weir.runtime;

import dev.weir.task.Context;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which thread runs a worker: the one whose context the worker has. A thread that will block lends the worker out, and
 * finds when it comes back whether the worker is still its own.
 *
 * <p>Belongs to the thread that runs the worker; the offer to the {@link Crew} and the claim of the {@link Handover}
 * pass it on.
 */
final class Tenure {
    private final Worker worker;
    private final int budget;
    private Context context;

    /** Those of threads that are at no worker now; with their locals, so that a handover is cheap. */
    private final ConcurrentLinkedQueue<Context> spares = new ConcurrentLinkedQueue<>();

    /** What the budgets of other contexts than the present have counted. */
    private long exhaustionsElsewhere;

    Tenure(Worker worker, int budget) {
        this.worker = worker;
        this.budget = budget;
        this.context = new Context(worker, budget);
    }

    Context context() {
        return context;
    }

    /** Tells whether the thread that polls with this context runs the worker, and so owns what its thread owns. */
    boolean isOf(Context cx) {
        return context == cx;
    }

    /** A thread that has lost the worker leaves its context to others. */
    void release(Context cx) {
        spares.add(cx);
    }

    /**
     * Blocks the calling thread, which runs the worker, while another runs it. Whichever of the two comes first goes on
     * with it: the other thread as it begins, or this one as its call returns. If it was the other, this thread ends
     * its poll as a stranger, whose wakes go to the shared queue, and leaves its loop.
     */
    <T extends @Nullable Object> T lend(Crew crew, Callable<T> call) throws Exception {
        Context mine = context;
        Handover handover = new Handover(worker);
        Context spare = spares.poll();
        Context next = spare != null ? spare : new Context(worker, budget);
        passTo(next); // before the offer, which publishes it
        try {
            crew.offer(handover); // may throw, out of memory or of stack: then nobody else claims
            return BlockInPlace.outside(mine, call);
        } finally {
            if (handover.claim()) {
                passTo(mine);
                spares.add(next);
                crew.withdraw(handover);
            }
        }
    }

    private void passTo(Context next) {
        exhaustionsElsewhere += context.budget().exhaustions() - next.budget().exhaustions();
        context = next;
    }

    /** Returns how many polls have used up their budget. */
    long exhaustions() {
        return exhaustionsElsewhere + context.budget().exhaustions();
    }
}
