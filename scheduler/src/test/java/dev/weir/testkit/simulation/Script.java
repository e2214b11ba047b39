package dev.weir.testkit.simulation;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One step after the other: a step starts when the one before has ended, and says what its result must be. */
final class Script implements Pollable<@Nullable Void> {
    private final Queue<Supplier<Pollable<?>>> steps = new ArrayDeque<>();
    private @Nullable Pollable<?> present;

    /** Then do something at once. */
    Script run(Runnable action) {
        Pollable<@Nullable Void> step = cx -> {
            action.run();
            return Poll.done();
        };
        return then(() -> step);
    }

    /** Then wait for something. */
    Script then(Supplier<Pollable<?>> step) {
        steps.add(step);
        return this;
    }

    /** Then wait for something and look at its result, in the poll that gives it. */
    <T> Script then(Supplier<Pollable<T>> step, Consumer<T> check) {
        return then(() -> {
            Pollable<T> inner = step.get();
            return new Pollable<Boolean>() {
                @Override
                public Poll<Boolean> poll(Context cx) throws Exception {
                    Poll<T> answer = inner.poll(cx);
                    if (answer.isPending()) {
                        return Poll.pending();
                    }
                    check.accept(answer.get());
                    return Poll.ready(true);
                }

                @Override
                public void close() {
                    inner.close();
                }
            };
        });
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) throws Exception {
        for (; ; ) {
            Pollable<?> step = present;
            if (step == null) {
                Supplier<Pollable<?>> next = steps.poll();
                if (next == null) {
                    return Poll.done();
                }
                step = next.get();
                present = step;
            }
            if (step.poll(cx).isPending()) {
                return Poll.pending();
            }
            present = null;
            step.close();
        }
    }

    @Override
    public void close() {
        if (present != null) {
            present.close();
        }
    }
}
