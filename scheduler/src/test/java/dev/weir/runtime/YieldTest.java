package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Budget;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** How a task makes room for others: by asking to, and because its budget is used up. */
class YieldTest {
    private static final int NEVER_BY_ITSELF = 1_000_000;

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FOUR_WORKERS")
    void a_task_that_yields_goes_behind_all_that_are_ready(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            List<String> turns = new ArrayList<>();
            Pollable<Integer> body = Pollable.of(() -> {
                        for (int i = 0; i < 10; i++) {
                            runtime.spawn(Pollable.of(() -> turns.add("peer")));
                        }
                        return turns.add("before");
                    })
                    .then(begun -> Pollable.yieldNow())
                    .map(nothing -> turns.size());
            assertThat(runtime.blockOn(runtime.spawn(body))).isEqualTo(11);
            assertThat(turns).startsWith("before");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_yields_gets_its_turn_again(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Pollable<Integer> yielding = Pollable.ready(0);
            for (int i = 0; i < 1_000; i++) {
                yielding = yielding.then(n -> Pollable.yieldNow().map(nothing -> n + 1));
            }
            assertThat(runtime.blockOn(runtime.spawn(yielding))).isEqualTo(1_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100})
    void the_driver_is_looked_at_before_a_worker_polls_the_task_that_yielded(int peers) {
        FakeDriver driver = new FakeDriver();
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .driverInterval(NEVER_BY_ITSELF)
                .driver(clock -> driver)
                .build()) {
            assertLooksPerYield(runtime, driver, peers);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100})
    void the_driver_is_looked_at_before_a_thread_polls_the_task_that_yielded(int peers) {
        FakeDriver driver = new FakeDriver();
        try (TaskRuntime runtime = TaskRuntime.currentThread()
                .driverInterval(NEVER_BY_ITSELF)
                .driver(clock -> driver)
                .build()) {
            assertLooksPerYield(runtime, driver, peers);
        }
    }

    private static void assertLooksPerYield(TaskRuntime runtime, FakeDriver driver, int peers) {
        boolean[] over = {false};
        for (int i = 0; i < peers; i++) {
            runtime.spawn(Recipes.spinUntil(() -> over[0]));
        }
        int[] polls = {0, 0};
        for (int i = 0; i < 5; i++) {
            Pollable<Integer> yields = Pollable.of(() -> polls[0] = driver.polls.get())
                    .then(begun -> Pollable.yieldNow())
                    .then(nothing -> Pollable.of(() -> polls[1] = driver.polls.get()));
            runtime.blockOn(runtime.spawn(yields));
            assertThat(polls[1]).isGreaterThan(polls[0]);
        }
        runtime.blockOn(runtime.spawn(Pollable.of(() -> over[0] = true)));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FOUR_WORKERS")
    void many_that_yield_cost_a_look_a_round_and_not_a_look_each(Runtimes on) {
        int tasks = 200;
        int yields = 10;
        FakeDriver driver = new FakeDriver();
        try (TaskRuntime runtime = on.builder()
                .driverInterval(NEVER_BY_ITSELF)
                .driver(clock -> driver)
                .build()) {
            List<JoinHandle<Integer>> all = new ArrayList<>();
            Pollable<List<Integer>> parent = cx -> {
                for (int i = 0; i < tasks; i++) {
                    Pollable<Integer> task = Pollable.ready(0);
                    for (int n = 0; n < yields; n++) {
                        task = task.then(zero -> Pollable.yieldNow().map(nothing -> 0));
                    }
                    all.add(runtime.spawn(task));
                }
                return Poll.ready(List.of());
            };
            runtime.blockOn(runtime.spawn(parent));
            runtime.blockOn(Recipes.all(all));
            assertThat(driver.polls.get()).isBetween(yields / 2, tasks * yields / 5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_timeout_ends_what_is_always_ready(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Pollable<Integer> endless = cx -> {
                while (cx.charge()) {
                    // there is always something to read
                }
                return Poll.pending();
            };
            assertThatThrownBy(() -> runtime.blockOn(runtime.spawn(Timeout.of(endless, Duration.ofMillis(1)))))
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseInstanceOf(TimeoutException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_unconstrained_task_is_not_stopped_by_the_budget(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            int operations = 10 * Budget.DEFAULT;
            Pollable<Integer> greedy = cx -> {
                int done = 0;
                while (done < operations && cx.charge()) {
                    done++;
                }
                return Poll.ready(done);
            };
            assertThat(runtime.blockOn(runtime.spawn(greedy))).isEqualTo(Budget.DEFAULT);
            assertThat(runtime.blockOn(runtime.task().unconstrained().spawn(greedy)))
                    .isEqualTo(operations);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FOUR_WORKERS")
    void a_turn_that_the_budget_cuts_short_is_counted_once(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            boolean[] refused = {false};
            Pollable<Integer> twoConsumers = cx -> {
                if (refused[0]) {
                    return Poll.ready(1);
                }
                while (cx.charge()) {
                    // one reads until it may not
                }
                refused[0] = !cx.charge(); // and so does the other
                return Poll.pending();
            };
            JoinHandle<Integer> task = runtime.spawn(twoConsumers);
            runtime.blockOn(task);
            assertThat(runtime.metrics().budgetExhaustions()).isEqualTo(1);
        }
    }
}
