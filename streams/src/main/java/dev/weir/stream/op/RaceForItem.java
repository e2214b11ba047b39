package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with the source that first has an item; the others are closed then. Who ends without one is out of the race;
 * when all are, the whole fails with their failures or, if there was none, completes.
 */
public final class RaceForItem<T> implements Source<T> {
    private final List<Source<T>> runners;
    private final Failures failures = new Failures();
    private final Precedence order = new Precedence();
    private final Closer losers = new Closer();
    private boolean won;

    public RaceForItem(List<Source<T>> runners) {
        this.runners = new ArrayList<>(runners);
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (won) {
            losers.rethrow();
            return runners.get(0).poll(cx);
        }
        order.begin(runners.size(), cx);
        while (order.goesOn()) {
            Source<T> runner = runners.get(order.who());
            T item = null;
            boolean out;
            try {
                item = runner.poll(cx);
                out = item == null && Ending.completed(runner, cx);
            } catch (Exception failure) {
                failures.add(failure);
                out = true;
            }
            if (item != null) {
                decide(runner);
                return item;
            }
            if (out) {
                runners.remove(order.who());
                order.leaves();
                runner.close();
            } else {
                order.asked(cx);
            }
        }
        if (runners.isEmpty()) {
            failures.rethrow();
        }
        return null;
    }

    private void decide(Source<T> winner) {
        won = true;
        runners.remove(winner);
        runners.forEach(each -> losers.close(each::close)); // what that throws comes after the item
        runners.clear();
        runners.add(winner);
    }

    /** Before there is a winner only a poll can tell who is out of the race. */
    @Override
    public boolean isDone() {
        return won ? losers.hasThrown() || runners.get(0).isDone() : runners.isEmpty();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        runners.forEach(runner -> closer.close(runner::close));
        closer.close(losers::rethrow).rethrow();
    }
}
