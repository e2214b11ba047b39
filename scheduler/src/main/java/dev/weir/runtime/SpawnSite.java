package dev.weir.runtime;

import dev.weir.task.SpawnsForCaller;
import java.lang.StackWalker.StackFrame;
import org.jspecify.annotations.Nullable;

/** Looks up the stack for the code that wanted a task. Costs about a microsecond, so it is done on request. */
@SpawnsForCaller
final class SpawnSite {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private SpawnSite() {}

    /** Returns the nearest call from a class that does not spawn for its callers. */
    static @Nullable StackTraceElement find() {
        return WALKER.walk(frames -> frames.filter(SpawnSite::isOfUser)
                .findFirst()
                .map(StackFrame::toStackTraceElement)
                .orElse(null));
    }

    private static boolean isOfUser(StackFrame frame) {
        return !frame.getDeclaringClass().isAnnotationPresent(SpawnsForCaller.class);
    }
}
