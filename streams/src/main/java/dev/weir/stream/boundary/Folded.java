package dev.weir.stream.boundary;

import dev.weir.stream.op.Answer;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds one value: what a function makes of all items that came since a value was taken. The feeder takes the value out
 * to fold an item into it, so the function is called by the feeder alone and on a value that nobody else has.
 *
 * <pre>
 * field    written by                                       read by
 * value    feeder: null, then the new value; owner: null    both, by exchange
 * outcome  feeder, after the last value; owner: closed      owner, before value
 * closed   owner                                            feeder
 * </pre>
 */
final class Folded<T, R> implements Held<T, R>, Source<R> {
    private final Function<? super T, ? extends R> first;
    private final BiFunction<? super R, ? super T, ? extends R> reducer;
    private final AtomicReference<@Nullable R> value = new AtomicReference<>();
    private final WakerCell owner = new WakerCell();
    /** Stays when the owner has found something, or the wake for it is still on its way. */
    private final WakerCell ending = new WakerCell();

    private final Outcome outcome = new Outcome("onBackpressureReduce");
    private volatile boolean closed;
    private boolean answeredNull;

    /**
     * @param first makes a value of an item when none is held
     * @param reducer folds an item into the value that is held
     */
    Folded(Function<? super T, ? extends R> first, BiFunction<? super R, ? super T, ? extends R> reducer) {
        this.first = first;
        this.reducer = reducer;
    }

    @Override
    public void put(T item) {
        R held = value.getAndSet(null);
        R folded = held == null ? first.apply(item) : reducer.apply(held, item);
        value.set(Answer.of(folded, "onBackpressureReduce: the reducer"));
        owner.wake();
    }

    @Override
    public void end(Outcome.How how) {
        outcome.end(how);
        if (!owner.wake()) {
            ending.wake(); // it waits for no item (P4)
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public Source<R> outlet() {
        return this;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        answeredNull = false;
        if (isDone()) {
            return ended();
        }
        if (!cx.charge()) {
            answeredNull = true;
            return null;
        }
        ending.register(cx.waker());
        owner.register(cx.waker()); // S2: then a look
        R taken = value.getAndSet(null);
        if (taken == null) {
            cx.budget().refund();
            if (isDone()) { // the end that came before the waker has woken nobody
                return ended();
            }
            answeredNull = true;
        }
        return taken;
    }

    private @Nullable R ended() throws Exception {
        outcome.rethrow();
        return null;
    }

    @Override
    public boolean isDone() {
        return outcome.isDone(answeredNull) && value.get() == null; // in this order
    }

    @Override
    public void close() {
        closed = true;
        owner.clear();
        ending.clear();
        value.set(null);
        outcome.close();
    }
}
