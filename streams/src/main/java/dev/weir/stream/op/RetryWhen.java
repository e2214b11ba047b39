package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes an upstream that has failed, and asks another source whether to open it anew. One of both is open.
 *
 * <pre>
 * event \ state   TRYING                  ASKING
 * an item         given                   TRYING, *close, open upstream*
 * completed       completed               failed, as upstream has
 * failed          ASKING, *close, ask*    failed, that of upstream suppressed
 * </pre>
 */
public final class RetryWhen<T> extends Recovering<T> {
    private final Supplier<? extends Source<? extends T>> open;
    private final Function<? super Exception, ? extends Source<?>> ask;
    private @Nullable Source<?> question;
    private @Nullable Exception last;

    /**
     * @param upstream the first attempt
     * @param open makes every further one
     * @param ask makes the source that is asked, of what has failed
     */
    public RetryWhen(
            Source<? extends T> upstream,
            Supplier<? extends Source<? extends T>> open,
            Function<? super Exception, ? extends Source<?>> ask) {
        super(upstream);
        this.open = open;
        this.ask = ask;
    }

    @Override
    void goOn(Source<? extends T> failed, Exception failure, Context cx) throws Exception {
        attempt = null;
        failed.close();
        last = failure;
        question = ask.apply(failure);
    }

    @Override
    @Nullable Source<? extends T> resume(Context cx) throws Exception {
        Source<?> asked = question;
        if (asked == null) {
            return null;
        }
        Exception failure = Objects.requireNonNull(last);
        try {
            boolean again = asked.poll(cx) != null;
            if (!again && !Ending.completed(asked, cx)) {
                return null;
            }
            question = null;
            asked.close();
            if (!again) {
                throw failure;
            }
            last = null;
            attempt = open.get();
            return attempt;
        } catch (Throwable thrown) {
            end();
            Failures.suppressIn(thrown, failure);
            throw thrown;
        }
    }

    @Override
    public void close() {
        Closer closer = new Closer().close(super::close);
        if (question != null) {
            closer.close(question::close);
        }
        closer.rethrow();
    }
}
