package dev.weir.stream;

import dev.weir.stream.op.Named;
import dev.weir.task.Source;
import java.util.function.Supplier;

/** Where in the user's code a stream was put together. */
final class Assembly {
    /** Names every operator when it is {@code true} as this class is loaded: a walk of the stack for each. */
    static final String PROPERTY = "weir.stream.trace";

    private static final boolean TRACED = Boolean.getBoolean(PROPERTY);
    private static final String OURS = Assembly.class.getPackageName();
    private static final StackWalker WALKER = StackWalker.getInstance();

    private Assembly() {}

    /** Returns a name and the place of the caller outside of this package. */
    static String place(String name) {
        return WALKER.walk(frames -> frames.filter(frame -> !isOurs(frame))
                .findFirst()
                .map(frame -> name + " at " + frame.toStackTraceElement())
                .orElse(name));
    }

    /** Names an operator after the method that was called, if that is wanted. */
    static <R> Supplier<? extends Source<? extends R>> traced(Supplier<? extends Source<? extends R>> recipe) {
        if (!TRACED) {
            return recipe;
        }
        String place = place(operator());
        return () -> new Named<R>(recipe.get(), place);
    }

    /** The last of our methods before the caller's. */
    private static String operator() {
        return WALKER.walk(frames -> frames.takeWhile(Assembly::isOurs)
                .reduce((inner, outer) -> outer)
                .map(StackWalker.StackFrame::getMethodName)
                .orElse("?"));
    }

    private static boolean isOurs(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        return name.startsWith(OURS) && name.lastIndexOf('.') == OURS.length() && !name.endsWith("Test");
    }
}
