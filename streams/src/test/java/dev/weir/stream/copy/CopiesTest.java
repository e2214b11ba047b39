package dev.weir.stream.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.sink.Collect;
import dev.weir.stream.sink.ForEach;
import dev.weir.stream.sink.Reduce;
import dev.weir.stream.source.RangeSource;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.io.IOException;
import java.io.InputStream;
import java.lang.StackWalker.Option;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A pipeline that is moved to classes of its own gives what it would have given, and is faster for it, not different. */
class CopiesTest {
    private static final boolean LONG = Boolean.getBoolean("weir.long");

    private static final List<Function<AsyncStream<Integer>, AsyncStream<Integer>>> STEPS = List.of(
            s -> s.map(n -> n + 1),
            s -> s.mapNotNull(n -> n % 3 == 0 ? null : n),
            s -> s.filter(n -> n % 2 == 0),
            s -> s.peek(n -> {}),
            s -> s.scan(0, Integer::sum),
            s -> s.take(7),
            s -> s.takeWhile(n -> n < 9),
            s -> s.takeUntil(n -> n == 8),
            s -> s.skip(3),
            s -> s.skipWhile(n -> n < 4),
            s -> s.buffer(3).map(List::size),
            s -> s.concatWith(AsyncStream.of(1, 2, 3)),
            s -> s.concatMap(n -> AsyncStream.range(n, 2)),
            s -> s.concatMapIterable(n -> List.of(n, -n)),
            s -> s.flatMap(n -> AsyncStream.range(n, 2), 2),
            s -> s.mergeWith(AsyncStream.range(50, 40)),
            s -> s.zipWith(AsyncStream.range(100, 8), Integer::sum));

    private static final List<AsyncStream<Integer>> SOURCES = List.of(
            AsyncStream.range(0, 12),
            AsyncStream.of(8),
            AsyncStream.of(3, 1, 4, 1, 5, 9, 2, 6),
            AsyncStream.generate(() -> new int[1], next -> next[0] < 10 ? next[0]++ : null),
            AsyncStream.unfold(1, n -> n > 60 ? Optional.empty() : Optional.of(Map.entry(n, 2 * n))));

    private static final class Turns implements Host {
        private final Context cx;

        Turns(int budget) {
            cx = new Context(this, budget);
        }

        Context next() {
            cx.budget().refill();
            return cx;
        }

        @Override
        public <S> @Nullable S service(Class<S> type) {
            return null;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 128})
    void moved_after_any_poll_it_gives_the_same_and_is_closed_once(int budget) throws Exception {
        for (int first = 0; first < STEPS.size(); first++) {
            for (int second = 0; second < STEPS.size(); second++) {
                if (LONG || (first * 5 + second) % 16 == budget % 16) {
                    AsyncStream<Integer> numbers = SOURCES.get((first + second) % SOURCES.size());
                    requireSame(numbers, STEPS.get(first), STEPS.get(second), budget);
                }
            }
        }
    }

    private static void requireSame(
            AsyncStream<Integer> numbers,
            Function<AsyncStream<Integer>, AsyncStream<Integer>> first,
            Function<AsyncStream<Integer>, AsyncStream<Integer>> second,
            int budget)
            throws Exception {
        AtomicInteger closed = new AtomicInteger();
        AsyncStream<Integer> counted = second.apply(first.apply(numbers).onClose(closed::incrementAndGet));
        AsyncStream<Integer> stream = second.apply(first.apply(numbers));
        List<Integer> expected = drain(stream.open(), Integer.MAX_VALUE, budget);
        for (int polls = 0; polls < 6; polls++) {
            assertThat(drain(stream.open(), polls, budget)).isEqualTo(expected);
            closed.set(0);
            assertThat(drain(counted.open(), polls, budget)).isEqualTo(expected);
            assertThat(closed).hasValue(1);
        }
    }

    /** Moves after so many polls, or never. */
    private static List<Integer> drain(Source<Integer> source, int polls, int budget) throws Exception {
        Turns turns = new Turns(budget);
        List<Integer> items = new ArrayList<>();
        Source<Integer> current = source;
        try {
            for (int i = 0; ; i++) {
                if (i == polls) {
                    current = Copies.of(source, 1);
                    assertThat(current.getClass().isHidden()).isEqualTo(Layout.of(source) != null);
                }
                Integer item = current.poll(turns.next());
                if (item != null) {
                    items.add(item);
                } else if (current.isDone()) {
                    return items;
                }
            }
        } finally {
            current.close();
        }
    }

    @Test
    void every_class_that_can_be_moved_is_moved_by_a_test() {
        Set<Class<?>> moved = SOURCES.stream().map(s -> s.open().getClass()).collect(Collectors.toSet());
        for (Function<AsyncStream<Integer>, AsyncStream<Integer>> step : STEPS) {
            moved.add(step.apply(SOURCES.get(0)).open().getClass());
        }
        moved.add(SOURCES.get(0).buffer(2).open().getClass());
        assertThat(moved)
                .containsAll(Layout.movable().stream()
                        .filter(type -> !type.getPackageName().endsWith(".sink"))
                        .toList());
    }

    @Test
    void folds_are_moved_with_what_they_have() throws Exception {
        List<Pollable<?>> runs = List.of(
                new Reduce<Integer, Integer>(AsyncStream.range(0, 300).open(), 0, Integer::sum),
                new ForEach<Integer>(AsyncStream.range(0, 300).open(), n -> {}),
                new Collect<>(AsyncStream.range(0, 300).open(), Collectors.counting()));
        for (Pollable<?> run : runs) {
            Turns turns = new Turns(100);
            assertThat(run.poll(turns.next()).isReady()).isFalse();
            Pollable<?> moved = Copies.of(run, 1);
            assertThat(moved.getClass().isHidden()).isTrue();
            Poll<?> answer = moved.poll(turns.next());
            while (answer.isPending()) {
                answer = moved.poll(turns.next());
            }
            assertThat(((Number) answer.get()).intValue()).isIn(300, 44_850);
            moved.close();
        }
    }

    @Test
    void only_a_shape_that_was_seen_often_has_classes_and_all_its_runs_share_them() {
        AsyncStream<Integer> stream = AsyncStream.range(0, 10).map(n -> n * 31);
        for (int i = 1; i < Copies.HOT; i++) {
            assertThat(Copies.ofHot(stream.open()).getClass().isHidden()).isFalse();
        }
        Class<?> first = Copies.ofHot(stream.open()).getClass();
        assertThat(first.isHidden()).isTrue();
        assertThat(Copies.ofHot(stream.open()).getClass()).isSameAs(first);
        assertThat(Copies.of(AsyncStream.range(0, 10).map(n -> n * 37).open(), 1)
                        .getClass())
                .isNotSameAs(first);
    }

    @Test
    void pipelines_are_handed_in_ever_more_rarely() {
        assertThat(IntStream.range(0, 70).filter(Copies::isDue)).containsExactly(8, 16, 32, 64);
    }

    @Test
    void classes_that_are_used_no_more_are_unloaded() {
        WeakReference<Class<?>> first =
                new WeakReference<>(Copies.of(mapped(200).open(), 1).getClass());
        assertThat(Objects.requireNonNull(first.get()).isHidden()).isTrue();
        for (int length = 1; length <= Copies.SHAPES; length++) {
            Copies.of(mapped(length).open(), Integer.MAX_VALUE);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return first.get() == null;
        });
    }

    @Test
    void a_shape_whose_classes_cannot_be_defined_is_tried_once() throws Exception {
        WithoutBytes loader = new WithoutBytes();
        Class<?> range = loader.loadClass(RangeSource.class.getName());
        LongFunction<Integer> box = n -> (int) n;
        Object pipeline =
                range.getConstructor(long.class, long.class, LongFunction.class).newInstance(0L, 9L, box);
        Method ofHot = loader.loadClass(Copies.class.getName()).getMethod("ofHot", Object.class);

        for (int i = 0; i < 4 * Copies.HOT; i++) {
            assertThat(ofHot.invoke(null, pipeline)).isSameAs(pipeline);
        }

        assertThat(loader.asked).isEqualTo(1);
    }

    /** Loads our classes anew and does not give their bytes away, as in a native image. */
    private static final class WithoutBytes extends ClassLoader {
        private int asked;

        WithoutBytes() {
            super(CopiesTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.weir.stream.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            asked++;
            return null;
        }
    }

    private static AsyncStream<Integer> mapped(int times) {
        AsyncStream<Integer> stream = AsyncStream.range(0, 10);
        for (int i = 0; i < times; i++) {
            stream = stream.map(n -> n);
        }
        return stream;
    }

    @Test
    void long_runs_come_to_run_on_copies_wherever_they_run() throws Exception {
        try (CurrentThreadRuntime runtime = TaskRuntime.currentThread().build()) {
            Set<String> copied = new HashSet<>();
            AsyncStream<Integer> stream =
                    AsyncStream.range(0, 200_000).map(n -> n % 50_000 == 49_999 ? n + seen(copied) : n);
            assertThat(runtime.blockOn(stream.count())).isEqualTo(200_000);
            assertThat(copied).as("a run").contains("Map");
            copied.clear();
            assertThat(runtime.blockOn(stream.detach(64).count())).isEqualTo(200_000);
            assertThat(copied).as("behind a boundary").contains("Map");
            copied.clear();
            Counting all = new Counting();
            stream.on(runtime).subscribe(all);
            runtime.runUntilIdle();
            assertThat(all.count).isEqualTo(200_000);
            assertThat(copied).as("a subscription").contains("Map", "Outflow");
        }
    }

    /** Adds the names of the copies that are being run. */
    private static int seen(Set<String> copied) {
        StackWalker.getInstance(EnumSet.of(Option.RETAIN_CLASS_REFERENCE, Option.SHOW_HIDDEN_FRAMES))
                .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                        .filter(type -> type.isHidden() && !type.isSynthetic())
                        .map(type -> type.getName().replaceAll("/.*", "").replaceAll(".*\\.", ""))
                        .toList())
                .forEach(copied::add);
        return 0;
    }

    @Test
    void a_copy_is_not_moved_again() {
        Source<Integer> moved = Copies.of(AsyncStream.range(0, 9).map(n -> n).open(), 1);
        assertThat(Copies.of(moved, 1)).isSameAs(moved);
        Pollable<?> loop = Copies.of(new Loop(moved), 1);
        assertThat(loop.getClass().isHidden()).isTrue();
        assertThat(Copies.of(loop, 1)).isSameAs(loop);
    }

    private static final class Loop implements Pollable<Integer>, Movable {
        private final Source<Integer> source;

        Loop(Source<Integer> source) {
            this.source = source;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            return Poll.ready(source.poll(cx));
        }

        @Override
        public void close() {
            source.close();
        }
    }

    private static final class Counting implements Subscriber<Integer> {
        private int count;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Integer item) {
            count++;
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {}
    }
}
