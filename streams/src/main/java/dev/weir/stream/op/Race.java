package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with the source that first has an item, or an end; the others are closed then. What that throws comes after the
 * item.
 */
public final class Race<T> implements Source<T> {
    private List<Source<T>> runners;
    private final Precedence order = new Precedence();
    private @Nullable Source<T> winner;
    /** The others. */
    private final Closer losers = new Closer();

    public Race(List<Source<T>> runners) {
        this.runners = new ArrayList<>(runners);
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (winner != null) {
            losers.rethrow();
            return winner.poll(cx);
        }
        for (order.begin(runners.size(), cx); order.goesOn(); order.asked(cx)) {
            Source<T> runner = runners.get(order.who());
            T item = poll(runner, cx);
            if (item != null || runner.isDone()) {
                decide(runner);
                if (item == null) {
                    losers.rethrow();
                }
                return item;
            }
        }
        return null;
    }

    /** One that fails has won. */
    private @Nullable T poll(Source<T> runner, Context cx) throws Exception {
        try {
            return runner.poll(cx);
        } catch (Throwable failure) {
            decide(runner);
            try {
                losers.rethrow();
            } catch (Throwable thrown) {
                Failures.suppressIn(failure, thrown);
            }
            throw failure;
        }
    }

    private void decide(Source<T> runner) {
        List<Source<T>> all = runners;
        winner = runner;
        runners = List.of();
        for (Source<T> each : all) {
            if (each != runner) {
                losers.close(each::close);
            }
        }
    }

    @Override
    public boolean isDone() {
        return winner == null ? runners.isEmpty() : losers.hasThrown() || winner.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        if (winner != null) {
            closer.close(winner::close);
        }
        runners.forEach(runner -> closer.close(runner::close));
        closer.close(losers::rethrow);
        closer.rethrow();
    }
}
