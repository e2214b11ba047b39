package dev.weir.sync;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits for a condition that, once true, stays so and is announced to all who wait. */
final class Closed implements Pollable<@Nullable Void> {
    private final BooleanSupplier condition;
    private final Notify.Notified announced;

    Closed(BooleanSupplier condition, Notify announcement) {
        this.condition = condition;
        this.announced = announcement.notified(); // made before the look: an announcement after it is not missed
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        return condition.getAsBoolean() ? Poll.done() : announced.poll(cx);
    }

    @Override
    public void close() {
        announced.close();
    }
}
