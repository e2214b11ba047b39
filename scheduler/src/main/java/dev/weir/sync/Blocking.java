package dev.weir.sync;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How a thread that runs no tasks, plain or virtual, waits for what tasks wait for by polling. */
final class Blocking {
    private static final Host NOBODY = new Host() {
        @Override
        public <S> @Nullable S service(Class<S> type) {
            return null;
        }

        @Override
        public String toString() {
            return "a thread that blocks";
        }
    };

    private Blocking() {}

    /**
     * Polls on the calling thread until there is a result, parking it in between, and closes the pollable.
     *
     * @param call what the caller has called, for the message
     * @param instead what a task is to do, for the message
     * @throws InterruptedException if the thread is interrupted while it waits; the wait is given up
     * @throws IllegalStateException on a thread that runs tasks
     */
    static <T extends @Nullable Object> T await(Pollable<T> pollable, String call, String instead)
            throws InterruptedException {
        try {
            return awaitOpen(pollable, call, instead);
        } finally {
            pollable.close();
        }
    }

    /** Like {@link #await}, without closing the pollable. */
    static <T extends @Nullable Object> T awaitOpen(Pollable<T> pollable, String call, String instead)
            throws InterruptedException {
        refuseOnTaskThread(call, instead);
        Context cx = new Context(NOBODY, Budget.DEFAULT).withWaker(new Unparker(Thread.currentThread()));
        for (; ; ) {
            Poll<T> answer = poll(pollable, cx);
            if (answer.isReady()) {
                return answer.get();
            }
            LockSupport.park(pollable); // may return early: the poll looks again
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted in " + call);
            }
        }
    }

    /** Also where the call would not wait this time: whether it waits must not decide whether it is allowed. */
    static void refuseOnTaskThread(String call, String instead) {
        if (Context.current() != null) {
            throw new IllegalStateException(call + " on "
                    + Thread.currentThread().getName() + " would block a thread that runs tasks: poll " + instead
                    + " instead, or call it within spawnBlocking");
        }
    }

    private static <T extends @Nullable Object> Poll<T> poll(Pollable<T> pollable, Context cx) {
        cx.budget().refill();
        try {
            return pollable.poll(cx);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) { // the pollables of this package throw none
            throw new IllegalStateException(e);
        }
    }

    private record Unparker(Thread thread) implements Waker {
        @Override
        public void wake() {
            LockSupport.unpark(thread);
        }
    }
}
