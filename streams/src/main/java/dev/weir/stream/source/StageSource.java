package dev.weir.stream.source;

import dev.weir.stream.op.Failures;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Has the result of a stage as its only item; none if the result is null. The stage is listened to from the first poll
 * on. One that is the run's own is cancelled by a close before its end; another may have other readers.
 */
public final class StageSource<T> implements Source<T> {
    private final CompletionStage<? extends @Nullable T> stage;
    private final boolean own;
    private final WakerCell waiter = new WakerCell();
    private boolean listening;
    private boolean done;

    /** Written once by whoever completes the stage, before it wakes the waiter. */
    private volatile @Nullable Outcome<T> outcome;

    /**
     * @param own whether the stage was made for this run; it is cancelled then, if it is a {@link Future}
     */
    public StageSource(CompletionStage<? extends @Nullable T> stage, boolean own) {
        this.stage = Objects.requireNonNull(stage, "stage");
        this.own = own;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (done) {
            return null;
        }
        listen();
        Outcome<T> known = outcome;
        if (known == null) { // a stage that is complete already need not wake
            waiter.register(cx.waker()); // S2: then one more look
            known = outcome;
        }
        if (known == null) {
            return null;
        }
        Failures.rethrow(known.failure);
        done = known.item == null || cx.charge();
        return done ? known.item : null;
    }

    private void listen() {
        if (!listening) {
            listening = true;
            stage.whenComplete((item, thrown) -> {
                outcome = new Outcome<>(
                        item,
                        thrown instanceof CompletionException && thrown.getCause() != null
                                ? thrown.getCause()
                                : thrown);
                waiter.wake();
            });
        }
    }

    @Override
    public boolean isDone() {
        Outcome<T> known = outcome;
        return done || (known != null && known.item == null);
    }

    @Override
    public void close() {
        waiter.clear();
        if (own && outcome == null && stage instanceof Future<?> work) {
            cancel(work);
        }
    }

    private static void cancel(Future<?> work) {
        try {
            work.cancel(false);
        } catch (UnsupportedOperationException readOnly) {
            // as minimalCompletionStage() is, though it is a future: nobody else is to end it
        }
    }

    /** An item, or a failure, or neither. */
    private record Outcome<T>(@Nullable T item, @Nullable Throwable failure) {}
}
