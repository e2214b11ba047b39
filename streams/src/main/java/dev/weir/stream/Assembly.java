package dev.weir.stream;

import dev.weir.stream.op.Named;
import dev.weir.task.Source;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where in the user's code a stream was put together. */
final class Assembly {
    /** Names every operator when it is {@code true} as this class is loaded: a walk of the stack for each. */
    static final String PROPERTY = "weir.stream.trace";

    private static final boolean TRACED = Boolean.getBoolean(PROPERTY);
    private static final String OURS = Assembly.class.getPackageName();
    private static final StackWalker WALKER = StackWalker.getInstance();

    private Assembly() {}

    /**
     * A name and where it stands. It is put into words when something has failed, so that those who never fail do not
     * pay for that.
     */
    private record Place(String name, StackWalker.StackFrame frame) {
        @Override
        public String toString() {
            return name + " at " + frame.toStackTraceElement();
        }
    }

    /** Returns a name and the place of the caller outside of this package. */
    static Object place(String name) {
        return WALKER.<Object>walk(frames -> frames.filter(frame -> !isOurs(frame))
                .findFirst()
                .<Object>map(frame -> new Place(name, frame))
                .orElse(name));
    }

    /** Names an operator after the method that was called, if that is wanted. */
    static <R> Supplier<? extends Source<? extends R>> traced(Supplier<? extends Source<? extends R>> recipe) {
        if (!TRACED) {
            return recipe;
        }
        Object place = WALKER.walk(Assembly::operator);
        return () -> new Named<R>(recipe.get(), place);
    }

    /** The last of our methods before the caller's, and the place of that. */
    private static Object operator(Stream<StackWalker.StackFrame> frames) {
        String operator = "?";
        for (Iterator<StackWalker.StackFrame> each = frames.iterator(); each.hasNext(); ) {
            StackWalker.StackFrame frame = each.next();
            if (!isOurs(frame)) {
                return new Place(operator, frame);
            }
            operator = frame.getMethodName();
        }
        return operator;
    }

    private static boolean isOurs(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        return name.startsWith(OURS) && name.lastIndexOf('.') == OURS.length() && !name.endsWith("Test");
    }
}
