package dev.weir.perf.time;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Clock;
import dev.weir.time.Sleep;
import dev.weir.time.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Weir as its users write it: sleeps and timeouts, polled by tasks. */
final class WeirSubject implements Subject {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final TaskRuntime runtime;

    WeirSubject(int workers) {
        runtime = TaskRuntime.builder().workers(workers).build();
    }

    @Override
    public void run(List<Body> bodies) {
        List<JoinHandle<@Nullable Void>> handles = bodies.stream()
                .map(body -> runtime.<@Nullable Void>spawn(cx -> {
                    body.run(new Sleeps(cx));
                    return Poll.done();
                }))
                .toList();
        handles.forEach(JoinHandle::join);
    }

    @Override
    public void fire(int[] micros, LongConsumer lateness) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(micros.length);
        runtime.spawn(cx -> {
            for (int each : micros) {
                runtime.spawn(new Firing(each * 1_000L, lateness, left));
            }
            return Poll.done();
        });
        left.await();
    }

    @Override
    public void timeouts(BooleanSupplier next, boolean yield) {
        runtime.spawn(new Timeouts(next, yield)).join();
    }

    @Override
    public void close() {
        runtime.close();
    }

    private record Sleeps(Context cx) implements Timers {
        @Override
        public Object start(Duration duration) {
            Sleep sleep = Sleep.of(duration);
            if (sleep.poll(cx).isReady()) {
                throw new IllegalStateException("over at once: " + duration);
            }
            return sleep;
        }

        @Override
        public void cancel(Object timer) {
            ((Sleep) timer).close();
        }
    }

    private static final class Firing implements Pollable<@Nullable Void> {
        private final long nanos;
        private final LongConsumer lateness;
        private final CountDownLatch left;
        private @Nullable Sleep sleep;
        private long deadline;

        Firing(long nanos, LongConsumer lateness, CountDownLatch left) {
            this.nanos = nanos;
            this.lateness = lateness;
            this.left = left;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            if (sleep == null) {
                deadline = cx.service(Clock.class).nanos() + nanos;
                sleep = Sleep.until(deadline);
            }
            if (sleep.poll(cx).isPending()) {
                return Poll.pending();
            }
            lateness.accept(cx.service(Clock.class).nanos() - deadline);
            left.countDown();
            return Poll.done();
        }
    }

    private static final class Timeouts implements Pollable<@Nullable Void> {
        private final BooleanSupplier next;
        private final boolean yield;
        private @Nullable Timeout<Boolean> current;

        Timeouts(BooleanSupplier next, boolean yield) {
            this.next = next;
            this.yield = yield;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            for (; ; ) {
                if (current == null) {
                    if (!next.getAsBoolean()) {
                        return Poll.done();
                    }
                    current = Timeout.of(new Result(yield), LIMIT);
                }
                if (current.poll(cx).isPending()) {
                    return Poll.pending();
                }
                current.close();
                current = null;
            }
        }
    }

    /** Ready at once, or after one yield. */
    private static final class Result implements Pollable<Boolean> {
        private boolean yield;

        Result(boolean yield) {
            this.yield = yield;
        }

        @Override
        public Poll<Boolean> poll(Context cx) {
            if (yield) {
                yield = false;
                cx.waker().wake();
                return Poll.pending();
            }
            return Poll.ready(true);
        }
    }
}
