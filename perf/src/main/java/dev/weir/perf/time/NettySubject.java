package dev.weir.perf.time;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Netty's hashed wheel, with a tick of a millisecond, as fine as it goes: its own thread ticks and runs what is due. */
final class NettySubject implements Subject {
    private final HashedWheelTimer timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);

    @Override
    public @Nullable String lacks(Workload workload) {
        return workload == Workload.TIMEOUT ? "the wheel knows tasks, not results" : null;
    }

    @Override
    public void run(List<Body> bodies) throws InterruptedException {
        JdkSubject.onThreads(bodies, new Timers() {
            @Override
            public Object start(Duration duration) {
                return timer.newTimeout(timeout -> {}, duration.toNanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void cancel(Object started) {
                ((Timeout) started).cancel();
            }
        });
    }

    @Override
    public void fire(int[] micros, LongConsumer lateness) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(micros.length);
        for (int each : micros) {
            long deadline = System.nanoTime() + each * 1_000L;
            timer.newTimeout(
                    timeout -> {
                        lateness.accept(System.nanoTime() - deadline);
                        left.countDown();
                    },
                    each,
                    TimeUnit.MICROSECONDS);
        }
        left.await();
    }

    @Override
    public void timeouts(BooleanSupplier next, boolean yield) {
        throw new UnsupportedOperationException(lacks(Workload.TIMEOUT));
    }

    @Override
    public void close() {
        timer.stop();
    }
}
