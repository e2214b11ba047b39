package dev.weir.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.runtime.TaskRuntime;
import dev.weir.sync.Oneshot;
import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Clock;
import dev.weir.time.Sleep;
import dev.weir.time.Timeout;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    @Test
    void returns_what_the_program_returns() {
        assertThat(Simulation.of(1).<Integer>run(runtime -> cx -> Poll.ready(7)))
                .isEqualTo(7);
    }

    // ------------------------------------------------------------------------------------------- what a seed decides

    @Test
    void every_order_of_ready_tasks_occurs() {
        assertThat(outcomes(200, (runtime, seen) -> {
                    for (String name : List.of("a", "b", "c")) {
                        runtime.spawn(cx -> Poll.ready(seen.append(name)));
                    }
                    return Sleep.of(MILLI.multipliedBy(100));
                }))
                .containsExactlyInAnyOrder("abc", "acb", "bac", "bca", "cab", "cba");
    }

    @Test
    void either_of_two_timers_of_one_tick_fires_first() {
        assertThat(outcomes(200, (runtime, seen) -> {
                    Timers timers = runtime.service(Timers.class);
                    timers.schedule(5, () -> seen.append('a'));
                    timers.schedule(7, () -> seen.append('b'));
                    return Sleep.of(MILLI.multipliedBy(100));
                }))
                .containsExactlyInAnyOrder("ab", "ba");
    }

    @Test
    void a_task_may_run_between_two_timers_of_one_tick() {
        assertThat(outcomes(400, (runtime, seen) -> {
                    runtime.spawn(then(Sleep.of(MILLI), () -> seen.append('a')));
                    runtime.service(Timers.class).schedule(MILLI.toNanos() - 7, () -> seen.append('b'));
                    return Sleep.of(MILLI.multipliedBy(100));
                }))
                .contains("ab", "ba");
    }

    @Test
    void blocking_calls_end_in_any_order_and_after_any_task() {
        assertThat(outcomes(300, (runtime, seen) -> {
                    runtime.spawnBlocking(() -> seen.append('a'));
                    runtime.spawnBlocking(() -> seen.append('b'));
                    runtime.spawn(cx -> Poll.ready(seen.append('t')));
                    return Sleep.of(MILLI.multipliedBy(100));
                }))
                .containsExactlyInAnyOrder("abt", "bat", "atb", "bta", "tab", "tba");
    }

    @Test
    void budgets_differ_from_turn_to_turn_and_are_those_that_were_named() {
        Set<Integer> seen = new HashSet<>();
        Simulation.of(0).budgets(1, 3).runSeeds(50, runtime -> {
            int[] left = {20};
            return cx -> {
                int budget = 0;
                while (cx.budget().tryCharge()) {
                    budget++;
                }
                seen.add(budget);
                cx.waker().wake();
                return left[0]-- == 0 ? Poll.done() : Poll.pending();
            };
        });
        assertThat(seen).containsExactlyInAnyOrder(1, 3);
    }

    @Test
    void tasks_are_polled_for_no_reason_unless_that_is_switched_off() {
        assertThat(mostPolls(Simulation.of(0))).isGreaterThan(2);
        assertThat(mostPolls(Simulation.of(0).spuriousPolls(false))).isEqualTo(2);
    }

    private static int mostPolls(Simulation from) {
        int[] most = {0};
        from.runSeeds(100, runtime -> {
            for (int i = 0; i < 20; i++) {
                runtime.spawn(Sleep.of(MILLI));
            }
            int[] polls = {0};
            Sleep sleep = Sleep.of(MILLI.multipliedBy(50));
            return cx -> {
                most[0] = Math.max(most[0], ++polls[0]);
                return sleep.poll(cx);
            };
        });
        return most[0];
    }

    @Test
    void sleeps_are_never_early_and_late_only_when_wakes_may_be() {
        Set<Long> ends = new HashSet<>();
        Simulation.explore(
                100,
                runtime -> then(Sleep.of(MILLI), () -> ends.add(runtime.clock().nanos())));
        assertThat(ends).hasSizeGreaterThan(10).allMatch(end -> end >= 1_000_000);

        ends.clear();
        Simulation.of(0)
                .lateWakes(Duration.ZERO)
                .runSeeds(
                        100,
                        runtime -> then(
                                Sleep.of(MILLI), () -> ends.add(runtime.clock().nanos())));
        assertThat(ends).containsExactly(1_000_000L);
    }

    @Test
    void a_result_and_a_timeout_that_race_may_each_win() {
        Set<String> winners = new HashSet<>();
        Simulation.explore(200, runtime -> {
            Oneshot<String> answer = new Oneshot<>();
            runtime.spawn(then(Sleep.of(MILLI.multipliedBy(2)), () -> answer.send("answer")));
            Pollable<String> bounded = Timeout.of(answer, MILLI.multipliedBy(2));
            return new Pollable<Boolean>() {
                @Override
                public Poll<Boolean> poll(Context cx) throws Exception {
                    try {
                        Poll<String> poll = bounded.poll(cx);
                        return poll.isPending() ? Poll.pending() : Poll.ready(winners.add(poll.get()));
                    } catch (TimeoutException late) {
                        return Poll.ready(winners.add("timeout"));
                    }
                }

                @Override
                public void close() {
                    bounded.close();
                }
            };
        });
        assertThat(winners).containsExactlyInAnyOrder("answer", "timeout");
    }

    @Test
    void the_same_seed_gives_the_same_log_byte_for_byte_and_another_seed_another() {
        int seeds = Iterations.of(30, 1_000);
        Set<Long> digests = new HashSet<>();
        for (int seed = 0; seed < seeds; seed++) {
            EventLog first = Simulation.of(seed).play(new RandomProgram()).log();
            EventLog second = Simulation.of(seed).play(new RandomProgram()).log();
            assertThat(second.toString()).isEqualTo(first.toString());
            assertThat(second.digest()).isEqualTo(first.digest());
            digests.add(first.digest());
        }
        assertThat(digests).hasSize(seeds);
    }

    // -------------------------------------------------------------------------------------------- what fails a run

    @Test
    void a_deadlock_names_who_waits_and_where() {
        SimulationFailure failure = catchThrowableOfType(
                SimulationFailure.class,
                () -> Simulation.of(5).run(runtime -> {
                    Oneshot<String> left = new Oneshot<>();
                    Oneshot<String> right = new Oneshot<>();
                    runtime.spawn("philosopher", new Swap(left, right));
                    return new Swap(right, left);
                }));
        assertThat(failure.seed()).isEqualTo(5);
        assertThat(failure)
                .hasMessageContaining("-Dweir.seed=5")
                .hasMessageContaining("spawn    philosopher")
                .cause()
                .isInstanceOfSatisfying(DeadlockError.class, dead -> {
                    assertThat(dead.waiting()).hasSize(2);
                    assertThat(dead.waiting()).allMatch(line -> line.contains("Oneshot.poll"));
                    assertThat(dead.waiting()).allMatch(line -> line.contains("Swap.poll"));
                    assertThat(dead)
                            .hasMessageContaining("philosopher waits in ")
                            .hasMessageContaining("main waits in ");
                    assertThat(dead.getMessage()).doesNotContain("was lost");
                });
    }

    private record Swap(Oneshot<String> take, Oneshot<String> give) implements Pollable<String> {
        @Override
        public Poll<String> poll(Context cx) {
            Poll<String> taken = take.poll(cx);
            if (taken.isReady()) {
                give.send(taken.get());
            }
            return taken;
        }
    }

    @Test
    void a_loop_that_never_ends_is_ended() {
        assertThatThrownBy(() -> Simulation.of(1).maxPolls(500).run(runtime -> cx -> {
                    cx.waker().wake();
                    return Poll.pending();
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("no end after 500 polls");
    }

    @Test
    void an_exception_of_the_main_task_is_the_cause() {
        IllegalArgumentException thrown = new IllegalArgumentException("planted");
        assertThatThrownBy(() -> Simulation.of(1).run(runtime -> cx -> {
                    throw thrown;
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasCause(thrown);
    }

    @Test
    void a_wake_from_another_thread_fails_the_run() {
        assertThatThrownBy(() -> Simulation.of(1).run(runtime -> {
                    Oneshot<String> answer = new Oneshot<>();
                    runtime.spawn(cx -> {
                        Thread other = new Thread(() -> answer.send("from elsewhere"), "elsewhere");
                        other.start();
                        other.join();
                        return Poll.done();
                    });
                    runtime.spawn(Sleep.of(MILLI));
                    return answer;
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("a wake on elsewhere");
    }

    @Test
    void an_error_that_nobody_can_be_told_of_fails_the_run() {
        assertThatThrownBy(() -> Simulation.of(1).run(runtime -> new Pollable<String>() {
                    @Override
                    public Poll<String> poll(Context cx) {
                        return Poll.ready("fine");
                    }

                    @Override
                    public void close() {
                        throw new IllegalStateException("planted");
                    }
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("nobody could be told of")
                .hasMessageContaining("planted");
    }

    @Test
    void a_timer_that_outlives_its_task_fails_the_run() {
        assertThatThrownBy(() -> Simulation.of(1).run(runtime -> {
                    Sleep forgotten = Sleep.of(Duration.ofHours(1));
                    return cx -> {
                        forgotten.poll(cx);
                        return Poll.done();
                    };
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("1 timers are set");
    }

    // ----------------------------------------------------------------------------------------- a bug planted on
    // purpose

    @Test
    void a_planted_lost_wake_up_is_found_and_its_seed_replays_it() {
        SimulationFailure found = catchThrowableOfType(
                SimulationFailure.class, () -> Simulation.explore(10_000, runtime -> talk(runtime, Mailbox.losing())));
        assertThat(found).isNotNull().hasCauseInstanceOf(DeadlockError.class).hasMessageContaining("its wake was lost");

        SimulationFailure again = catchThrowableOfType(
                SimulationFailure.class, () -> replaying(found.seed(), runtime -> talk(runtime, Mailbox.losing())));
        assertThat(again.log().toString()).isEqualTo(found.log().toString());
        assertThat(again).hasMessage(found.getMessage());
    }

    @Test
    void without_the_planted_bug_no_seed_fails() {
        Simulation.explore(Iterations.of(300, 10_000), runtime -> talk(runtime, Mailbox.right()));
    }

    private static <T> void replaying(long seed, Simulation.Program<T> program) {
        System.setProperty(Simulation.SEED_PROPERTY, Long.toString(seed));
        try {
            Simulation.explore(1, program);
        } finally {
            System.clearProperty(Simulation.SEED_PROPERTY);
        }
    }

    /** Two receivers, one item; the first hands on what it gets, and is cancelled at some time: the other gets it. */
    private static Pollable<Integer> talk(SimulatedRuntime runtime, Mailbox mailbox) {
        JoinHandle<Integer> fickle = runtime.spawn("fickle", then(mailbox.receive(), () -> {
            mailbox.send(2);
            return 0;
        }));
        JoinHandle<Integer> steady = runtime.spawn("steady", mailbox.receive());
        runtime.spawn("sender", then(Sleep.of(MILLI.multipliedBy(20)), () -> {
            mailbox.send(1);
            return 0;
        }));
        runtime.spawn("killer", then(Sleep.of(MILLI.multipliedBy(20)), () -> {
            fickle.cancel();
            return 0;
        }));
        return steady;
    }

    // ------------------------------------------------------------------------------------------------- step by step

    @Test
    void can_be_driven_step_by_step() {
        try (SimulatedRuntime runtime = Simulation.of(3).newRuntime()) {
            JoinHandle<Integer> handle = runtime.spawn(then(Sleep.of(MILLI.multipliedBy(10)), () -> 1));
            assertThat(runtime.runUntilIdle()).isPositive();
            assertThat(runtime.clock().nanos()).isZero();
            runtime.advance(MILLI.multipliedBy(9));
            assertThat(handle.isDone()).isFalse();
            runtime.elapse(MILLI);
            assertThat(handle.join()).isEqualTo(1);
            assertThat(runtime.blockOn(handle)).isEqualTo(1);
        }
    }

    @Test
    void a_blocking_call_may_block_on_its_runtime_and_a_task_may_not() {
        Simulation.explore(50, runtime -> runtime.spawnBlocking(() -> runtime.blockOn(Sleep.of(MILLI))));
        assertThatThrownBy(() -> Simulation.of(1).run(runtime -> cx -> {
                    runtime.blockOn(Sleep.of(MILLI));
                    return Poll.done();
                }))
                .hasMessageContaining("would block a thread that runs tasks");
    }

    @Test
    void tasks_find_the_runtime_its_services_and_what_was_provided() {
        Simulation.of(1).run(runtime -> {
            runtime.provide(String.class, "device");
            return cx -> {
                assertThat(TaskRuntime.current()).isSameAs(runtime);
                assertThat(cx.service(SimulatedRuntime.class)).isSameAs(runtime);
                assertThat(cx.service(Clock.class)).isSameAs(runtime.clock());
                assertThat(cx.service(String.class)).isEqualTo("device");
                return Poll.done();
            };
        });
    }

    @Test
    void what_still_runs_at_the_end_is_cancelled_and_closed() {
        Simulation.explore(100, runtime -> {
            JoinHandle<?> endless = runtime.spawn(Sleep.of(Duration.ofDays(1)));
            runtime.spawn(endless);
            return Sleep.of(MILLI);
        });
    }

    @Test
    void refuses_settings_that_make_no_sense() {
        Simulation simulation = Simulation.of(0);
        assertThatIllegalArgumentException().isThrownBy(() -> simulation.budgets());
        assertThatIllegalArgumentException().isThrownBy(() -> simulation.budgets(0));
        assertThatIllegalArgumentException().isThrownBy(() -> simulation.maxPolls(0));
        assertThatIllegalArgumentException().isThrownBy(() -> simulation.lateWakes(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> simulation.runSeeds(0, runtime -> Sleep.of(MILLI)));
    }

    private interface Scene {
        Pollable<?> start(SimulatedRuntime runtime, StringBuilder seen);
    }

    private static Set<String> outcomes(int seeds, Scene scene) {
        Set<String> all = new HashSet<>();
        List<StringBuilder> runs = new ArrayList<>();
        Simulation.explore(seeds, runtime -> {
            StringBuilder seen = new StringBuilder();
            runs.add(seen);
            return scene.start(runtime, seen);
        });
        runs.forEach(seen -> all.add(seen.toString()));
        return all;
    }

    static <T> Pollable<T> then(Pollable<?> first, Supplier<T> action) {
        return new Pollable<>() {
            @Override
            public Poll<T> poll(Context cx) throws Exception {
                return first.poll(cx).isPending() ? Poll.pending() : Poll.ready(action.get());
            }

            @Override
            public void close() {
                first.close();
            }
        };
    }
}
