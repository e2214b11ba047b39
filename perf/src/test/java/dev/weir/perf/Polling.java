package dev.weir.perf;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import org.jspecify.annotations.Nullable;

/** Polls by hand. */
public final class Polling {
    private Polling() {}

    /** Returns the context of a host without services. */
    public static Context context() {
        return new Context(
                new Host() {
                    @Override
                    public <S> @Nullable S service(Class<S> type) {
                        return null;
                    }
                },
                Budget.DEFAULT);
    }
}
