package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;

/** Goes on with another source when upstream fails, after closing upstream. Once only: a failure of the other one passes. */
public final class Recover<T> extends Recovering<T> {
    private final Function<? super Exception, ? extends Source<? extends T>> fallback;
    private boolean recovered;

    public Recover(Source<? extends T> upstream, Function<? super Exception, ? extends Source<? extends T>> fallback) {
        super(upstream);
        this.fallback = fallback;
    }

    @Override
    void goOn(Source<? extends T> failed, Exception failure, Context cx) throws Exception {
        if (recovered) {
            throw failure;
        }
        recovered = true;
        attempt = null;
        failed.close();
        attempt = fallback.apply(failure);
    }

    /** The end of the other one is that of the whole. */
    @Override
    public boolean isDone() {
        return super.isDone() || (recovered && attempt != null && attempt.isDone());
    }
}
