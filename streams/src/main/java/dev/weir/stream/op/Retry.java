package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Closes an upstream that has failed and opens it anew, as long as a predicate wants it. Items given before stay given.
 */
public final class Retry<T> extends Recovering<T> {
    private final Supplier<? extends Source<? extends T>> open;
    private final Predicate<? super Exception> wanted;

    /**
     * @param upstream the first attempt
     * @param open makes every further one
     */
    public Retry(
            Source<? extends T> upstream,
            Supplier<? extends Source<? extends T>> open,
            Predicate<? super Exception> wanted) {
        super(upstream);
        this.open = open;
        this.wanted = wanted;
    }

    /** Returns a predicate that wants n attempts and no more; one for each run. */
    public static Predicate<Exception> times(long n) {
        return new Predicate<>() {
            private long left = n;

            @Override
            public boolean test(Exception failure) {
                return left > 0 && left-- > 0;
            }
        };
    }

    @Override
    void goOn(Source<? extends T> failed, Exception failure, Context cx) throws Exception {
        if (!wanted.test(failure)) {
            throw failure;
        }
        attempt = null;
        failed.close();
        attempt = open.get();
    }
}
