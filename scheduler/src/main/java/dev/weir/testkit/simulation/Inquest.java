package dev.weir.testkit.simulation;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where the tasks of a dead run wait, and whether one of them could go on. Each is polled once more with an
 * empty budget: a leaf that keeps law S5 then charges in vain, which wakes the task, and the stack of that wake is the
 * place. Then each is polled with a full one, until one goes on: the wake that should have done it was lost. The laws
 * allow such polls; the run is over.
 */
final class Inquest {
    private static final int FRAMES = 8;
    private static final StackWalker STACK = StackWalker.getInstance();

    private Inquest() {}

    /**
     * Says of each task where it waits.
     *
     * @param host with what the tasks are polled
     * @param somebodyWoken whether a task has been woken meanwhile
     */
    static List<String> whereTheyWait(List<SimulatedTask<?>> tasks, Host host, BooleanSupplier somebodyWoken) {
        List<String> places = new ArrayList<>();
        for (SimulatedTask<?> task : tasks) {
            places.add(task.name + " waits in " + place(task, host));
        }
        for (int i = 0; i < places.size(); i++) {
            AtomicBoolean woken = new AtomicBoolean();
            Context cx = new Context(host, Budget.DEFAULT).withWaker(() -> woken.set(true));
            String outcome = pollOnce(tasks.get(i), cx);
            if (outcome != null || woken.get() || somebodyWoken.getAsBoolean()) {
                places.set(i, places.get(i) + ", but goes on when it is polled: its wake was lost");
                break; // what the others do from here on is the consequence
            }
        }
        return places;
    }

    private static String place(SimulatedTask<?> task, Host host) {
        Trace trace = new Trace();
        Context cx = new Context(host, 1).withWaker(trace);
        cx.budget().tryCharge();
        String outcome = pollOnce(task, cx);
        if (outcome != null) {
            return outcome;
        }
        return trace.place != null ? trace.place : SimulatedTask.kindOf(task.pollable());
    }

    /** Returns how the poll ended the task, or null if it is still pending. */
    private static @Nullable String pollOnce(SimulatedTask<?> task, Context cx) {
        cx.enter();
        try {
            return task.pollable().poll(cx).isReady() ? "nothing (ready)" : null;
        } catch (Throwable thrown) { // a finding like any other
            return "nothing (threw " + thrown + ")";
        } finally {
            cx.leave();
        }
    }

    private static final class Trace implements Waker {
        @Nullable String place;

        @Override
        public void wake() {
            if (place == null) {
                place = STACK.walk(frames -> frames.filter(frame -> !isMachinery(frame.getClassName()))
                        .takeWhile(frame -> !frame.getClassName().equals(Inquest.class.getName()))
                        .limit(FRAMES)
                        .map(Inquest::describe)
                        .collect(Collectors.joining(" < ")));
            }
        }
    }

    private static boolean isMachinery(String type) {
        return type.equals(Trace.class.getName()) || type.equals(Context.class.getName());
    }

    private static String describe(StackWalker.StackFrame frame) {
        String type = frame.getClassName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
