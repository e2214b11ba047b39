package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/** The small pollables that tests of runtimes are made of. */
final class Recipes {
    private Recipes() {}

    /** Ready at once, with what the call returns. */
    static <T> Pollable<T> run(Callable<T> call) {
        return cx -> Poll.ready(call.call());
    }

    static <T> Pollable<T> never() {
        return cx -> Poll.pending();
    }

    /** Goes behind its peers so many times, then is ready with the number of its polls. */
    static Pollable<Integer> yields(int times) {
        int[] polls = {0};
        return cx -> {
            if (polls[0]++ < times) {
                cx.waker().wake();
                return Poll.pending();
            }
            return Poll.ready(polls[0]);
        };
    }

    /** Wakes itself in every poll, until the condition holds. */
    static Pollable<Integer> spinUntil(BooleanSupplier over) {
        return cx -> {
            if (over.getAsBoolean()) {
                return Poll.ready(0);
            }
            cx.waker().wake();
            return Poll.pending();
        };
    }

    /** Awaits one after the other, and then the next. */
    static <T> Pollable<T> sequence(Pollable<?> first, Pollable<T> second) {
        return new Pollable<>() {
            private boolean firstIsOver;

            @Override
            public Poll<T> poll(Context cx) throws Exception {
                if (!firstIsOver) {
                    if (first.poll(cx).isPending()) {
                        return Poll.pending();
                    }
                    firstIsOver = true;
                    first.close();
                }
                return second.poll(cx);
            }

            @Override
            public void close() {
                if (!firstIsOver) {
                    first.close();
                }
                second.close();
            }
        };
    }

    /** Awaits every handle and collects the results in the order of the handles. */
    static <T> Pollable<List<T>> all(List<? extends Pollable<T>> parts) {
        List<T> results = new ArrayList<>();
        return cx -> {
            while (results.size() < parts.size()) {
                Poll<T> next = parts.get(results.size()).poll(cx);
                if (next.isPending()) {
                    return Poll.pending();
                }
                results.add(next.get());
            }
            return Poll.ready(results);
        };
    }

    /** Ready once the task has ended, whatever the outcome. */
    static Pollable<Integer> end(JoinHandle<?> handle) {
        return cx -> {
            try {
                return handle.poll(cx).isPending() ? Poll.pending() : Poll.ready(0);
            } catch (RuntimeException ended) {
                return Poll.ready(0);
            }
        };
    }
}
