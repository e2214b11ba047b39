package dev.weir.task;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A thread that blocks until a task has ended, which wakes it as any other joiner. */
record JoiningThread(Thread thread) implements Waker {
    /** Blocks the calling thread. An interrupt does not end the wait; the thread is interrupted after it. */
    static void await(TaskState task) {
        if (!task.addJoiner(new JoiningThread(Thread.currentThread()))) {
            return;
        }
        boolean interrupted = false;
        while (!task.isComplete()) {
            LockSupport.park(task);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks the calling thread for so long at most, which may be more than there are nanoseconds. */
    static void await(TaskState task, Duration timeout) throws InterruptedException, TimeoutException {
        JoiningThread joiner = new JoiningThread(Thread.currentThread());
        if (!task.addJoiner(joiner)) {
            return;
        }
        try {
            parkUntilComplete(task, timeout);
        } finally {
            task.removeJoiner(joiner);
        }
    }

    private static void parkUntilComplete(TaskState task, Duration timeout)
            throws InterruptedException, TimeoutException {
        long nanos = TimeUnit.NANOSECONDS.convert(timeout); // saturates, where toNanos throws
        long deadline = System.nanoTime() + nanos;
        while (!task.isComplete()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while joining a task");
            }
            if (nanos <= 0) {
                throw new TimeoutException("the task has not ended within " + timeout);
            }
            LockSupport.parkNanos(task, nanos);
            nanos = deadline - System.nanoTime();
        }
    }

    @Override
    public void wake() {
        LockSupport.unpark(thread);
    }
}
