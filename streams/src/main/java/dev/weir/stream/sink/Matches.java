package dev.weir.stream.sink;

import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.function.Predicate;

/** Looks for an item that a predicate accepts, and stops at the first. */
public final class Matches<T> implements Pollable<Boolean> {
    private final Source<? extends T> source;
    private final Predicate<? super T> predicate;
    private final boolean ifFound;

    /**
     * @param ifFound the result if there is one; otherwise it is the opposite
     */
    public Matches(Source<? extends T> source, Predicate<? super T> predicate, boolean ifFound) {
        this.source = source;
        this.predicate = predicate;
        this.ifFound = ifFound;
    }

    @Override
    public Poll<Boolean> poll(Context cx) throws Exception {
        int left = Stretch.ITEMS;
        for (T item = source.poll(cx); item != null; item = source.poll(cx)) {
            if (predicate.test(item)) {
                return Poll.ready(ifFound);
            }
            if (--left == 0) {
                if (!cx.mayGoOn() && !source.isDone()) {
                    return Poll.pending();
                }
                left = Stretch.ITEMS;
            }
        }
        return Ending.completed(source, cx) ? Poll.ready(!ifFound) : Poll.pending();
    }

    @Override
    public void close() {
        source.close();
    }
}
