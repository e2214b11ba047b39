package dev.weir.perf.scheduler;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The driver on systems whose tasks cannot wait: each round is a task of its own, submitted by the end of the last. */
final class ExecutorDriver implements Runnable {
    private final Executor executor;
    private final BooleanSupplier next;
    private final Consumer<Countdown> round;
    private final Countdown left;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    ExecutorDriver(Executor executor, BooleanSupplier next, Consumer<Countdown> round) {
        this.executor = executor;
        this.next = next;
        this.round = round;
        this.left = new Countdown(() -> executor.execute(this));
    }

    /** Blocks the caller until the last round has ended. */
    void await() {
        executor.execute(this);
        over.join();
    }

    @Override
    public void run() {
        try {
            if (next.getAsBoolean()) {
                round.accept(left);
            } else {
                over.complete(null);
            }
        } catch (Throwable thrown) { // the executor would keep it to itself
            over.completeExceptionally(thrown);
        }
    }
}
