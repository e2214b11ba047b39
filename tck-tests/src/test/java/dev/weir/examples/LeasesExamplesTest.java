package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import dev.weir.time.ManualClock;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Items that are resources, on their way through operators that hold or drop them: the run owns those under way. */
class LeasesExamplesTest {
    private static final int ITEMS = 7;

    /** The resources of a run that nobody has given back. */
    private static final class Leases implements AutoCloseable {
        private final Set<Lease> open = ConcurrentHashMap.newKeySet();
        private volatile boolean closed;

        Lease own(Buffer buffer) {
            Lease lease = new Lease(this, buffer);
            open.add(lease);
            if (closed) { // by a task of the stream that has not heard of the end
                lease.close();
            }
            return lease;
        }

        @Override
        public void close() {
            closed = true;
            open.forEach(Lease::close);
        }
    }

    private static final class Lease implements AutoCloseable {
        private final Leases leases;
        final Buffer buffer;

        Lease(Leases leases, Buffer buffer) {
            this.leases = leases;
            this.buffer = buffer;
        }

        @Override
        public void close() {
            if (leases.open.remove(this)) {
                buffer.giveBack();
            }
        }
    }

    /** Knows what it has lent, and what was done wrong with it. */
    private static final class Pool {
        final AtomicInteger lent = new AtomicInteger();
        final Queue<String> faults = new ConcurrentLinkedQueue<>();

        Buffer lend() {
            lent.incrementAndGet();
            return new Buffer(this);
        }
    }

    private static final class Buffer {
        private final Pool pool;
        private boolean back;

        private Buffer(Pool pool) {
            this.pool = pool;
        }

        void use() {
            if (back) {
                pool.faults.add("used after it was given back");
            }
        }

        void giveBack() {
            if (back) {
                pool.faults.add("given back twice");
                return;
            }
            back = true;
            pool.lent.decrementAndGet();
        }
    }

    private record Way(String name, UnaryOperator<AsyncStream<Lease>> operators) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way("detach", s -> s.detach(3)),
                new Way("buffer", s -> s.buffer(3).concatMapIterable(list -> list)),
                new Way(
                        "bufferTimeout",
                        s -> s.bufferTimeout(3, Duration.ofMillis(5)).concatMapIterable(list -> list)),
                new Way("window", s -> s.window(2).concatMap(window -> window)),
                new Way("groupBy", s -> s.groupBy(System::identityHashCode, 2).flatMap(group -> group.items(), ITEMS)),
                new Way("takeLast", s -> s.takeLast(3)),
                new Way("zip", s -> s.zipWith(AsyncStream.range(0, 4), (lease, n) -> lease)),
                new Way("flatMapOrdered", s -> s.flatMapOrdered(lease -> AsyncStream.of(lease), 3, 2)),
                new Way("filter", s -> s.filter(lease -> lease.hashCode() % 2 == 0)),
                new Way("debounce", s -> s.debounce(Duration.ofMillis(5))),
                new Way("onBackpressureDrop", s -> s.onBackpressureDrop(2)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void each_goes_back_once_however_the_run_ends(Way way) {
        assertThat(assertAllBack(way, s -> s, s -> s).join()).isBetween(0L, (long) ITEMS);
        for (int n = 0; n < ITEMS; n++) {
            int at = n;
            assertAllBack(way, s -> s, s -> s.take(at));
            assertAllBack(way, s -> failingAt(s, at), s -> s);
            assertAllBack(way, s -> s, s -> failingAt(s, at));
        }
    }

    @Test
    void what_a_task_of_the_stream_takes_after_the_end_goes_back_at_once() throws Exception {
        Pool pool = new Pool();
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch takes = new CountDownLatch(1);
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            JoinHandle<Long> run = runtime.spawn(AsyncStream.using(
                            Leases::new,
                            leases -> AsyncStream.of(1)
                                    .map(n -> {
                                        takes.countDown();
                                        over.join();
                                        taken.incrementAndGet();
                                        return leases.own(pool.lend());
                                    })
                                    .detach(1),
                            leases -> {
                                leases.close();
                                over.complete(null);
                            })
                    .count());
            assertThat(takes.await(30, TimeUnit.SECONDS)).isTrue();
            run.cancel();
            assertThat(over).succeedsWithin(Duration.ofSeconds(30));
        }
        assertThat(taken).hasValue(1);
        assertThat(pool.lent).hasValue(0);
        assertThat(pool.faults).isEmpty();
    }

    private static <T> AsyncStream<T> failingAt(AsyncStream<T> stream, int at) {
        return stream.index().map(each -> {
            if (each.index() == at) {
                throw new IllegalStateException("as planned");
            }
            return each.item();
        });
    }

    /** Returns the run, which has ended. */
    private static JoinHandle<Long> assertAllBack(
            Way way, UnaryOperator<AsyncStream<Lease>> above, Function<AsyncStream<Lease>, AsyncStream<Lease>> below) {
        Pool pool = new Pool();
        AtomicInteger taken = new AtomicInteger();
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().clock(new ManualClock()).build()) {
            AsyncStream<Buffer> received = AsyncStream.range(0, ITEMS)
                    .delayElements(Duration.ofMillis(2))
                    .map(n -> pool.lend())
                    .peek(buffer -> taken.incrementAndGet());
            AsyncStream<Integer> run = AsyncStream.using(
                    Leases::new,
                    leases -> below.apply(way.operators().apply(above.apply(received.map(leases::own))))
                            .map(lease -> {
                                try (lease) {
                                    lease.buffer.use();
                                    return 1;
                                }
                            }),
                    Leases::close);
            JoinHandle<Long> count = runtime.spawn(run.count());
            runtime.elapse(Duration.ofMinutes(1));
            assertThat(count.isDone()).isTrue();
            assertThat(pool.lent).as("%d were taken", taken.get()).hasValue(0);
            assertThat(pool.faults).isEmpty();
            return count;
        }
    }
}
