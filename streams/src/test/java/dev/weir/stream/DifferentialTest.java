package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.Steps.Peers;
import dev.weir.stream.Steps.Step;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import io.reactivex.rxjava3.core.Flowable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;

/**
 * Random pipelines give what Reactor and RxJava give: the same items in the same order, the same end; with random demand,
 * cancelled at a random item, failing at a random item. Each runs twice here: polled by hand with a small budget, and as a
 * publisher on a runtime. Where the peers may let a failure overtake items, theirs are the variants that delay it, as
 * in Weir nothing overtakes.
 */
class DifferentialTest {
    private static final int PIPELINES = Boolean.getBoolean("weir.long") ? 20_000 : 600;
    private static final int[] BUDGETS = {1, 2, 7, 128};

    @Test
    void random_pipelines_agree_with_reactor_and_rxjava() throws Exception {
        long seed = Long.getLong("weir.seed", System.nanoTime());
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            for (int i = 0; i < PIPELINES; i++) {
                compare(seed + i, runtime);
            }
        }
    }

    private static void compare(long seed, TaskRuntime runtime) throws Exception {
        Random random = new Random(seed);
        Integer[] items = random.ints(random.nextInt(24), -9, 10).boxed().toArray(Integer[]::new);
        boolean fails = random.nextInt(4) == 0;
        StringBuilder description = new StringBuilder(List.of(items).toString()).append(fails ? "!" : "");
        List<Step> steps = new ArrayList<>();
        boolean ordered = true;
        for (int n = random.nextInt(7); n > 0 && ordered; n--) {
            Step step = Steps.next(random, fails);
            steps.add(step);
            ordered = step.ordered();
            description.append('.').append(step.name());
        }
        Demand demand = new Demand(random, ordered);
        description.append(' ').append(demand);

        Rig rig = new Rig(BUDGETS[random.nextInt(BUDGETS.length)]);
        AtomicInteger open = new AtomicInteger();
        Peers ours = pipeline(items, fails, steps, open);
        Outcome polled = demand.poll(rig, ours.weir());
        assertThat(open).as("seed %d: %s: not closed", seed, description).hasValue(0);

        Outcome reactor = demand.subscribe(ours.reactor());
        Outcome rxJava = demand.subscribe(ours.rxJava());
        Outcome published = demand.subscribe(ours.weir().on(runtime));

        assertThat(polled.comparable(ordered))
                .as("seed %d: %s, Reactor", seed, description)
                .isEqualTo(reactor.comparable(ordered));
        assertThat(polled.comparable(ordered))
                .as("seed %d: %s, RxJava", seed, description)
                .isEqualTo(rxJava.comparable(ordered));
        assertThat(published.comparable(ordered))
                .as("seed %d: %s, published", seed, description)
                .isEqualTo(polled.comparable(ordered));
    }

    private static Peers pipeline(Integer[] items, boolean fails, List<Step> steps, AtomicInteger open) {
        List<Integer> list = List.of(items);
        IllegalStateException failure = new IllegalStateException("the failure");
        AsyncStream<Integer> weir = AsyncStream.fromIterable(list);
        Flux<Integer> reactor = Flux.fromIterable(list);
        Flowable<Integer> rxJava = Flowable.fromIterable(list);
        if (fails) {
            weir = weir.concatWith(AsyncStream.failed(failure));
            reactor = reactor.concatWith(Flux.error(failure));
            rxJava = rxJava.concatWith(Flowable.error(failure));
        }
        AsyncStream<Integer> counted = weir;
        weir = AsyncStream.recipe(() -> {
            open.incrementAndGet();
            return counted.onClose(open::decrementAndGet).open();
        });
        Peers peers = new Peers(weir, reactor, rxJava);
        for (Step step : steps) {
            peers = step.apply(peers);
        }
        return peers;
    }

    /** What came, and how it ended; null if it was cancelled. */
    private record Outcome(List<Integer> items, @Nullable String end) {
        Outcome comparable(boolean ordered) {
            if (ordered) {
                return this;
            }
            boolean all = "completed".equals(end); // else it depends on the order what has come before
            return new Outcome(all ? items.stream().sorted().toList() : List.of(), end);
        }
    }

    /** A seed of request sizes, and the item at which to cancel. */
    private record Demand(long seed, int cancelAt) {
        Demand(Random random, boolean mayCancel) {
            this(random.nextLong(), mayCancel && random.nextInt(3) == 0 ? 1 + random.nextInt(8) : Integer.MAX_VALUE);
        }

        Outcome poll(Rig rig, AsyncStream<Integer> stream) throws Exception {
            List<Integer> items = new ArrayList<>();
            Source<Integer> source = SourceLaws.check(stream.open());
            String end = null;
            try {
                for (Integer item = rig.next(source); ; item = rig.next(source)) {
                    if (item == null) {
                        end = "completed";
                        break;
                    }
                    items.add(item);
                    if (items.size() == cancelAt) {
                        break;
                    }
                }
            } catch (Exception failure) {
                end = failure.toString();
            }
            source.close();
            return new Outcome(items, end);
        }

        Outcome subscribe(Publisher<Integer> publisher) throws InterruptedException {
            Taker taker = new Taker();
            publisher.subscribe(taker);
            assertThat(taker.ended.await(20, TimeUnit.SECONDS)).as("ended").isTrue();
            return new Outcome(taker.items, taker.end);
        }

        private final class Taker implements Subscriber<Integer> {
            private final Random random = new Random(seed);
            private final List<Integer> items = new ArrayList<>();
            private final CountDownLatch ended = new CountDownLatch(1);
            private @Nullable Subscription subscription;
            private @Nullable String end;
            private int outstanding;

            @Override
            public void onSubscribe(Subscription toUse) {
                subscription = toUse;
                request();
            }

            private void request() {
                outstanding = 1 + random.nextInt(5);
                Objects.requireNonNull(subscription).request(outstanding);
            }

            @Override
            public void onNext(Integer item) {
                if (items.size() >= cancelAt) {
                    return;
                }
                items.add(item);
                if (items.size() == cancelAt) {
                    Objects.requireNonNull(subscription).cancel();
                    ended.countDown();
                } else if (--outstanding == 0) {
                    request();
                }
            }

            @Override
            public void onError(Throwable failure) {
                end(failure.toString());
            }

            @Override
            public void onComplete() {
                end("completed");
            }

            /** A cancel on the last item may cross with the completion. */
            private void end(String how) {
                if (items.size() < cancelAt) {
                    end = how;
                }
                ended.countDown();
            }
        }
    }
}
