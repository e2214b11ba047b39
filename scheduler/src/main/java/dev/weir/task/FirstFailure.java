package dev.weir.task;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first failure of several calls that are all to be made, whatever one of them throws: it is kept on the way, and
 * thrown at the end. Those that come after it are forgotten. Allocates nothing, as what is thrown may be that there is no
 * memory.
 *
 * <pre>{@code
 * Throwable failure = null;
 * for (Waker each : waiting) {
 *     failure = FirstFailure.wake(each, failure);
 * }
 * FirstFailure.rethrow(failure);
 * }</pre>
 */
public final class FirstFailure {
    private FirstFailure() {}

    /**
     * Wakes one of several.
     *
     * @param before what {@link #wake} or {@link #of} has returned for those before; null at first
     * @return that; if it was null, what this one has thrown, or null
     */
    public static @Nullable Throwable wake(Waker waker, @Nullable Throwable before) {
        try {
            waker.wake();
            return before;
        } catch (Throwable thrown) {
            return before == null ? thrown : before;
        }
    }

    /**
     * Calls for one of several, as {@link #wake} wakes it.
     *
     * @param call had better capture nothing, and so needs no memory
     */
    public static <E> @Nullable Throwable of(Consumer<? super E> call, E one, @Nullable Throwable before) {
        try {
            call.accept(one);
            return before;
        } catch (Throwable thrown) {
            return before == null ? thrown : before;
        }
    }

    /** Throws what was kept, if anything was. */
    public static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) { // neither wakers nor consumers declare another
            throw exception;
        }
    }
}
