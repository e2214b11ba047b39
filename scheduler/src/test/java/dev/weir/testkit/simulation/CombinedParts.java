package dev.weir.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.sync.Oneshot;
import dev.weir.task.Context;
import dev.weir.task.Join;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Race;
import dev.weir.task.Select;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Combinations of computations, made by chance. Every part notes what became of it, and whoever combines some is held
 * to it: a join to all, a race to the first, a select to the first that matches.
 */
final class CombinedParts {
    private final SimulatedRuntime runtime;
    private final Random random;
    private final List<Part> made = new ArrayList<>();

    CombinedParts(SimulatedRuntime runtime) {
        this.runtime = runtime;
        this.random = runtime.random();
    }

    /** What a part fails with that was made to fail. */
    static final class Planted extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Asserts that of all parts, those that were never polled too, each was closed, and none twice. */
    void assertEachClosedOnce() {
        assertThat(made).allMatch(part -> part.closes == 1, "closed once");
    }

    /** Returns a combination at most so deep. */
    Part tree(int depth) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return leaf();
        }
        List<Part> parts = new ArrayList<>();
        int count =
                depth == 1 && random.nextInt(4) == 0 ? 9 + random.nextInt(4) : 1 + random.nextInt(4); // few, or many
        for (int i = 0; i < count; i++) {
            parts.add(tree(depth - 1));
        }
        return new Part(
                switch (random.nextInt(4)) {
                    case 0 -> joined(parts);
                    case 1 -> raced(parts);
                    case 2 -> racedToSucceed(parts);
                    default -> selected(parts);
                });
    }

    private Part leaf() {
        int value = random.nextInt(100);
        Pollable<?> wait = wait(Duration.ofMillis(random.nextInt(6)));
        boolean fails = random.nextInt(8) == 0;
        return new Part(checked(wait, ignored -> {
            if (fails) {
                throw new Planted();
            }
            return value;
        }));
    }

    private Pollable<?> wait(Duration length) {
        switch (random.nextInt(4)) {
            case 0 -> {
                return Sleep.of(length);
            }
            case 1 -> {
                Oneshot<Integer> answer = new Oneshot<>();
                runtime.spawn(new Script().then(() -> Sleep.of(length)).run(() -> answer.send(1)));
                return answer;
            }
            case 2 -> {
                return runtime.spawn(Sleep.of(length));
            }
            default -> {
                int[] turns = {random.nextInt(4)};
                return cx -> {
                    if (turns[0]-- <= 0) {
                        return Poll.ready(true);
                    }
                    cx.waker().wake();
                    return Poll.pending();
                };
            }
        }
    }

    private static Pollable<Integer> joined(List<Part> parts) {
        return checked(
                Join.<Integer>all(parts),
                results -> {
                    assertThat(parts).extracting(part -> part.result).isEqualTo(results);
                    return results.stream().mapToInt(Integer::intValue).sum();
                },
                failure -> assertThat(parts).filteredOn(Part::hasFailed).hasSize(1));
    }

    private Pollable<Integer> raced(List<Part> parts) {
        Race<Integer> race = Race.of(parts);
        return checked(
                random.nextBoolean() ? race.biased() : race,
                result -> {
                    assertThat(parts)
                            .filteredOn(Part::hasEnded)
                            .singleElement()
                            .matches(part -> result.equals(part.result));
                    return result;
                },
                failure -> assertThat(parts)
                        .filteredOn(Part::hasEnded)
                        .singleElement()
                        .matches(Part::hasFailed));
    }

    private static Pollable<Integer> racedToSucceed(List<Part> parts) {
        return checked(
                Race.<Integer>toSucceed(parts),
                result -> {
                    assertThat(parts)
                            .filteredOn(part -> part.result != null)
                            .singleElement()
                            .matches(part -> result.equals(part.result));
                    return result;
                },
                failure -> assertThat(parts).allMatch(Part::hasFailed));
    }

    /** Of even results, or a number that no part has when there are none. */
    private Pollable<Integer> selected(List<Part> parts) {
        int none = 1_000_001;
        Select<Integer> select = Select.of();
        for (Part part : parts) {
            select.onMatch(part, value -> value % 2 == 0, value -> value);
        }
        if (random.nextBoolean()) {
            select.biased();
        }
        return checked(
                select.orElse(() -> none),
                result -> {
                    List<Integer> even = new ArrayList<>();
                    parts.stream()
                            .filter(part -> part.result != null && part.result % 2 == 0)
                            .forEach(part -> even.add(part.result));
                    if (result == none) {
                        assertThat(even).isEmpty();
                        assertThat(parts).allMatch(Part::hasEnded);
                    } else {
                        assertThat(even).containsExactly(result);
                    }
                    assertThat(parts).noneMatch(Part::hasFailed);
                    return result;
                },
                failure -> assertThat(parts).filteredOn(Part::hasFailed).hasSize(1));
    }

    private interface Outcome<T extends @Nullable Object> {
        int of(T result) throws Exception;
    }

    private interface FailureCheck {
        void check(Exception failure);
    }

    private static <T extends @Nullable Object> Pollable<Integer> checked(
            Pollable<T> inner, Outcome<? super T> outcome) {
        return checked(inner, outcome, failure -> {});
    }

    /** Looks at what a computation ends with, in the poll that it ends with. */
    private static <T extends @Nullable Object> Pollable<Integer> checked(
            Pollable<T> inner, Outcome<? super T> outcome, FailureCheck failed) {
        return new Pollable<>() {
            @Override
            public Poll<Integer> poll(Context cx) throws Exception {
                Poll<T> answer;
                try {
                    answer = inner.poll(cx);
                } catch (Planted failure) {
                    failed.check(failure);
                    throw failure;
                }
                return answer.isPending() ? Poll.pending() : Poll.ready(outcome.of(answer.get()));
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }

    /** Notes what becomes of a computation, and minds how it is treated. */
    final class Part implements Pollable<Integer> {
        private final Pollable<Integer> inner;
        private @Nullable Integer result;
        private @Nullable Exception failure;
        private int closes;

        Part(Pollable<Integer> inner) {
            this.inner = inner;
            made.add(this);
        }

        boolean hasEnded() {
            return result != null || failure != null;
        }

        boolean hasFailed() {
            return failure != null;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            assertThat(hasEnded()).as("polled after its end").isFalse();
            assertThat(closes).as("closes before a poll").isZero();
            try {
                Poll<Integer> answer = inner.poll(cx);
                result = answer.isPending() ? null : answer.get();
                return answer;
            } catch (Exception thrown) {
                failure = thrown;
                throw thrown;
            }
        }

        @Override
        public void close() {
            closes++;
            inner.close();
        }
    }
}
