package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes an upstream that has completed, and asks another source whether to open it anew. One of both is open.
 *
 * <pre>
 * event \ state   RUNNING                  ASKING
 * an item         given                    RUNNING, *close, open upstream*
 * completed       ASKING, *close, ask*     completed, *close*
 * failed          failed                   failed
 * </pre>
 */
public final class RepeatWhen<T> implements Source<T> {
    private final Supplier<? extends Source<? extends T>> open;
    private final LongFunction<? extends Source<?>> ask;
    private @Nullable Source<? extends T> run;
    private @Nullable Source<?> question;
    private long given;

    /**
     * @param upstream the first run
     * @param open makes every further one
     * @param ask makes the source that is asked, of the number of items the run has given
     */
    public RepeatWhen(
            Source<? extends T> upstream,
            Supplier<? extends Source<? extends T>> open,
            LongFunction<? extends Source<?>> ask) {
        this.run = upstream;
        this.open = open;
        this.ask = ask;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            Source<? extends T> running = run;
            if (running != null) {
                T item = running.poll(cx);
                if (item != null) {
                    given++;
                    return item;
                }
                if (!Ending.completed(running, cx)) {
                    return null;
                }
                run = null;
                running.close();
                question = ask.apply(given);
                given = 0;
            }
            if (!isAnswered(cx)) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    /** True if there is a run again. */
    private boolean isAnswered(Context cx) throws Exception {
        Source<?> asked = question;
        if (asked == null) {
            return false;
        }
        boolean again = asked.poll(cx) != null;
        if (!again && !Ending.completed(asked, cx)) {
            return false;
        }
        question = null;
        asked.close();
        if (again) {
            run = open.get();
        }
        return again;
    }

    @Override
    public boolean isDone() {
        return run == null && (question == null || question.isDone());
    }

    @Override
    public void close() {
        if (run != null) {
            run.close();
        }
        if (question != null) {
            question.close();
        }
    }
}
