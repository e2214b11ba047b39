package dev.weir.task;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A value that follows a computation from thread to thread: bound to it for its whole life, found in every poll and in
 * its close, whether it completes, fails or is cancelled, and found by nobody else.
 *
 * <pre>{@code
 * static final TaskLocal<User> USER = TaskLocal.named("user");
 * }</pre>
 *
 * <pre>{@code
 * JoinHandle<String> handled = runtime.spawn(USER.where(user, handle(request))); // anywhere below: USER.get()
 * }</pre>
 *
 * <p>Bindings nest; the innermost counts. A spawned task starts without any, so what it should know is handed to it:
 *
 * <pre>{@code
 * return runtime.spawn(TaskLocal.inherit(handle(request))); // not inherited unless asked for
 * }</pre>
 *
 * <p>A task in which nothing is bound pays nothing.
 *
 * @param <T> the type of the value
 */
public final class TaskLocal<T> {
    private static final ThreadLocal<@Nullable Binding> INNERMOST = new ThreadLocal<>();

    private final String name;

    private TaskLocal(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /**
     * Declares a local; meant for static fields.
     *
     * @param name for messages
     */
    public static <T> TaskLocal<T> named(String name) {
        return new TaskLocal<>(name);
    }

    /**
     * Returns the value.
     *
     * @throws IllegalStateException if nothing is bound here
     */
    public T get() {
        T value = orNull();
        if (value == null) {
            throw new IllegalStateException("the task local " + name + " is not bound here; a spawned task inherits"
                    + " no locals unless it is wrapped in TaskLocal.inherit");
        }
        return value;
    }

    /** Returns the value, or null if nothing is bound here. */
    @SuppressWarnings("unchecked")
    public @Nullable T orNull() {
        for (Binding b = INNERMOST.get(); b != null; b = b.outer) {
            if (b.local == this) {
                return (T) b.value;
            }
        }
        return null;
    }

    /** Tells whether something is bound here. */
    public boolean isBound() {
        return orNull() != null;
    }

    /** Returns the computation with this local bound to a value for the whole of its life. */
    public <R extends @Nullable Object> Pollable<R> where(T value, Pollable<R> pollable) {
        Objects.requireNonNull(value, "value");
        return new Within<>(pollable, () -> bind(value));
    }

    /** Returns the surroundings in which this local is bound to a value, for what is no {@link Pollable}. */
    public Surroundings binding(T value) {
        Objects.requireNonNull(value, "value");
        return () -> bind(value);
    }

    /** Makes a call, on this thread and at once, with this local bound to a value. */
    public <R extends @Nullable Object> R callWhere(T value, Callable<R> call) throws Exception {
        Surroundings.Scope scope = bind(Objects.requireNonNull(value, "value"));
        try {
            return call.call();
        } finally {
            scope.leave();
        }
    }

    /** Returns the computation with everything bound that is bound here and now. */
    public static <R extends @Nullable Object> Pollable<R> inherit(Pollable<R> pollable) {
        Binding here = INNERMOST.get();
        return here == null ? pollable : new Within<>(pollable, () -> replace(here));
    }

    private Surroundings.Scope bind(T value) {
        return replace(new Binding(this, value, INNERMOST.get()));
    }

    /** Makes these the bindings of the thread, and none if there are none to begin with. */
    static Surroundings.Scope replace(@Nullable Binding bindings) {
        Binding before = INNERMOST.get();
        set(bindings);
        return () -> set(before);
    }

    private static void set(@Nullable Binding bindings) {
        if (bindings == null) {
            INNERMOST.remove(); // the thread may be anybody's
        } else {
            INNERMOST.set(bindings);
        }
    }

    /** Hides the bindings of the thread from tasks that are none of theirs; null if there are none to put back. */
    static Surroundings.@Nullable Scope hide() {
        return INNERMOST.get() == null ? null : replace(null);
    }

    @Override
    public String toString() {
        return "TaskLocal[" + name + "]";
    }

    /** A list that only grows at its head, so that a look-up and a capture need no copy. */
    private record Binding(
            TaskLocal<?> local, Object value, @Nullable Binding outer) {}
}
