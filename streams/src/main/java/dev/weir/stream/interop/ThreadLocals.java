package dev.weir.stream.interop;

import dev.weir.stream.AsyncStream;
import dev.weir.stream.op.Within;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.task.Spawner;
import dev.weir.task.SpawnsForCaller;
import dev.weir.task.Surroundings;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The thread-locals that Micrometer's context propagation knows (those with a {@code ThreadLocalAccessor} in its global
 * registry: tracing spans, logging contexts, security contexts), carried with a task from thread to thread. They are
 * captured once, when a task is spawned or a stream subscribed to, and put up for each of its polls and for its close;
 * after each, the thread has what it had before. What a poll sets is gone with it.
 *
 * <pre>{@code
 * Spawner tracing = ThreadLocals.propagating(runtime);
 * tracing.spawn(handle(request));                      // in the span of whoever calls this
 * ThreadLocals.captured(stream).toList().run(runtime); // each run in the span of whoever began it
 * }</pre>
 *
 * <p>{@link ReactorThreadLocals} exchanges them with Reactor's context.
 */
public final class ThreadLocals {
    /** What was not there when it was captured is not there in the task either. */
    private static final ContextSnapshotFactory SNAPSHOTS =
            ContextSnapshotFactory.builder().clearMissing(true).build();

    private ThreadLocals() {}

    /** Returns the thread-locals of the calling thread, as they are now. */
    public static Surroundings capture() {
        return surroundings(SNAPSHOTS.captureAll());
    }

    /**
     * Returns the thread-locals of the calling thread, as they are now, with those in front of them that a context of
     * another kind holds, such as Reactor's.
     */
    public static Surroundings capture(Object context) {
        return surroundings(SNAPSHOTS.captureAll(Objects.requireNonNull(context, "context")));
    }

    private static Surroundings surroundings(ContextSnapshot snapshot) {
        return () -> {
            ContextSnapshot.Scope scope = snapshot.setThreadLocals();
            return scope::close;
        };
    }

    /** Returns a spawner whose tasks keep the thread-locals of the threads that spawn them. */
    public static Spawner propagating(Spawner spawner) {
        return new Propagating(Objects.requireNonNull(spawner, "spawner"));
    }

    /** Returns a stream whose runs keep the thread-locals of the threads that begin them: subscribe, run or open. */
    public static <T> AsyncStream<T> captured(AsyncStream<T> stream) {
        return stream.lift(up -> new Within<T>(up, capture()));
    }

    @SpawnsForCaller
    private record Propagating(Spawner spawner) implements Spawner {
        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawn(Pollable<T> pollable) {
            return spawner.spawn(pollable.within(capture()));
        }
    }
}
