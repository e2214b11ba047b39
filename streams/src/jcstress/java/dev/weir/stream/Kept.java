package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Source;
import dev.weir.task.Task;
import dev.weir.time.ManualClock;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** A runtime that keeps what is spawned, to be polled by hand; and what counts the wakes of one side. */
public final class Kept {
    public Pollable<?> pollable;
    public final TaskRuntime runtime;

    public Kept() {
        InvocationHandler handler = (proxy, method, args) -> switch (method.getName()) {
            case "spawn" -> keep((Pollable<?>) args[0], (Scheduler) proxy);
            case "clock" -> new ManualClock();
            default -> null;
        };
        runtime = (TaskRuntime) Proxy.newProxyInstance(
                Kept.class.getClassLoader(), new Class<?>[] {TaskRuntime.class, Scheduler.class}, handler);
    }

    private <T> Task<T> keep(Pollable<T> spawned, Scheduler scheduler) {
        pollable = spawned;
        return new Task<>(spawned, scheduler);
    }

    public static <T> T poll(Source<T> source, Context cx) {
        try {
            return source.poll(cx);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static void poll(Pollable<?> pollable, Context cx) {
        try {
            pollable.poll(cx);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Counts the wakes of one side. Who wakes is one thread at a time, ordered by what is tested. */
    public static final class Wakes implements Host {
        public volatile int count;
        public final Context cx = new Context(this, 100).withWaker(() -> count = 1);

        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    }

    /** The numbers from 1, so many before it has nothing for now. Not thread-safe, as no source is. */
    public static final class Numbers implements Source<Integer> {
        private final int atOnce;
        private int given;
        private int next = 1;

        public Numbers(int atOnce) {
            this.atOnce = atOnce;
        }

        @Override
        public Integer poll(Context cx) {
            given = given == atOnce ? 0 : given + 1;
            return given > 0 ? next++ : null;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void close() {}
    }
}
