package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Completes when upstream fails, and puts down why: {@link FailAtEnd} tells it. Errors ({@link Error}) pass. */
public final class CompleteOnFailure<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Failures failures;
    private boolean failed;

    public CompleteOnFailure(Source<? extends T> upstream, Failures failures) {
        this.upstream = upstream;
        this.failures = failures;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (failed) {
            return null;
        }
        try {
            return upstream.poll(cx);
        } catch (Exception failure) {
            failed = true;
            failures.add(failure);
            return null;
        }
    }

    @Override
    public boolean isDone() {
        return failed || upstream.isDone();
    }

    @Override
    public void close() {
        upstream.close();
    }
}
