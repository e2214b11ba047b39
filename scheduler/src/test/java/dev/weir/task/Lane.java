package dev.weir.task;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A scheduler that only queues: the test decides what runs, when and on which thread. */
class Lane implements Scheduler {
    private final Queue<Task<?>> queue = new ConcurrentLinkedQueue<>();
    final AtomicInteger completions = new AtomicInteger();
    final List<Throwable> undeliverable = new CopyOnWriteArrayList<>();

    private static final Host BARE = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    Context context() {
        return new Context(BARE, Budget.DEFAULT);
    }

    <T> Task<T> spawn(Pollable<T> pollable) {
        Task<T> task = new Task<>(pollable, this);
        queue.add(task);
        return task;
    }

    /** Runs one task; false if there was none. */
    boolean runOne() {
        Task<?> task = queue.poll();
        if (task == null) {
            return false;
        }
        Context cx = context();
        cx.enter();
        try {
            task.run(cx);
        } finally {
            cx.leave();
        }
        return true;
    }

    void runAll() {
        while (runOne()) {
            // until nobody is scheduled
        }
    }

    int size() {
        return queue.size();
    }

    @Override
    public void schedule(Task<?> task) {
        queue.add(task);
    }

    @Override
    public void requeue(Task<?> task) {
        queue.add(task);
    }

    @Override
    public void completed(Task<?> task) {
        completions.incrementAndGet();
    }

    @Override
    public void undeliverable(Throwable thrown) {
        undeliverable.add(thrown);
    }
}
