package dev.weir.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.SteppedRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.runtime.WorkStealingRuntime;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.testkit.simulation.SimulatedRuntime;
import dev.weir.testkit.simulation.Simulation;
import dev.weir.time.Clock;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class WeirTestTest {

    /** Tests that pass; run by this build as they are. */
    static class Passing {
        @WeirTest
        void a_day_takes_no_time(TaskRuntime runtime, ManualClock clock) {
            assertThat(runtime).isInstanceOf(CurrentThreadRuntime.class);
            runtime.blockOn(Sleep.of(Duration.ofDays(1)));
            assertThat(clock.nanos()).isEqualTo(Duration.ofDays(1).toNanos());
        }

        @WeirTest(flavour = Flavour.SIMULATION, seeds = 3, seed = 5)
        void a_simulation(SimulatedRuntime runtime, SteppedRuntime same, Simulation simulation, Random random) {
            assertThat(same).isSameAs(runtime);
            assertThat(simulation.seed()).isEqualTo(runtime.seed()).isBetween(5L, 7L);
            assertThat(random.nextLong()).isEqualTo(new Random(runtime.seed()).nextLong());
            runtime.blockOn(Sleep.of(Duration.ofHours(1)));
        }

        @WeirTest(flavour = Flavour.WORKERS, workers = 3)
        void workers(WorkStealingRuntime runtime, Clock clock) {
            assertThat(runtime.metrics().workers()).isEqualTo(3);
            assertThat(clock).isSameAs(runtime.clock());
            assertThat(runtime.spawnBlocking(() -> 4).join()).isEqualTo(4);
        }

        @WeirTest(leftovers = true)
        void leftovers_that_are_allowed(TaskRuntime runtime) {
            runtime.spawn(Sleep.of(Duration.ofHours(1)));
        }
    }

    static class BeforeAndAfter {
        private TaskRuntime seen;

        @BeforeEach
        void before(TaskRuntime runtime) {
            seen = runtime;
        }

        @WeirTest
        void the_runtime_is_the_same(TaskRuntime runtime) {
            assertThat(runtime).isSameAs(seen);
        }

        @AfterEach
        void after(TaskRuntime runtime) {
            int result = runtime.<Integer>blockOn(cx -> Poll.ready(1));
            assertThat(result).isEqualTo(1);
        }
    }

    static class Failing {
        @WeirTest(seed = 77)
        void says_its_seed(TaskRuntime runtime) {
            throw new IllegalStateException("planted");
        }

        @WeirTest(flavour = Flavour.SIMULATION, seed = 78)
        void shows_the_log(SimulatedRuntime runtime) {
            runtime.note("so far so good");
            throw new IllegalStateException("planted");
        }
    }

    static class Leaking {
        private static final CountDownLatch RELEASE = new CountDownLatch(1);

        @WeirTest(patienceMillis = 20)
        void a_task(TaskRuntime runtime) {
            runtime.spawn(cx -> Poll.pending());
        }

        @WeirTest(flavour = Flavour.SIMULATION, patienceMillis = 20)
        void a_task_with_a_name(TaskRuntime runtime) {
            runtime.task().name("straggler").spawn(cx -> Poll.pending());
        }

        @WeirTest(patienceMillis = 20)
        void a_timer(TaskRuntime runtime) {
            Sleep forgotten = Sleep.of(Duration.ofHours(1));
            runtime.blockOn(cx -> {
                forgotten.poll(cx);
                return Poll.done();
            });
        }

        @WeirTest(patienceMillis = 20)
        void a_socket(TaskRuntime runtime) throws Exception {
            SOCKETS.add(SocketChannel.open());
        }

        @WeirTest(patienceMillis = 20)
        void an_error(TaskRuntime runtime) {
            runtime.blockOn(new Pollable<Integer>() {
                @Override
                public Poll<Integer> poll(Context cx) {
                    return Poll.ready(1);
                }

                @Override
                public void close() {
                    throw new IllegalStateException("planted in a close");
                }
            });
        }

        @WeirTest(flavour = Flavour.WORKERS, patienceMillis = 20)
        void a_thread(TaskRuntime runtime) {
            runtime.spawnBlocking(() -> {
                RELEASE.await();
                return 1;
            });
        }

        static final List<SocketChannel> SOCKETS = new ArrayList<>();
    }

    @Test
    void each_test_has_its_runtime_its_seed_and_its_parameters() {
        TestExecutionSummary summary = run(Passing.class);
        assertThat(failures(summary)).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(6);
    }

    @Test
    void what_stands_around_a_test_has_its_runtime_too() {
        TestExecutionSummary summary = run(BeforeAndAfter.class);
        assertThat(failures(summary)).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    }

    @Test
    void a_failure_says_its_seed_and_the_log_of_a_simulation() {
        TestExecutionSummary summary = run(Failing.class);
        assertThat(summary.getTestsFailedCount()).isEqualTo(2);
        assertThat(failures(summary))
                .anyMatch(text -> text.contains("-Dweir.seed=77") && text.contains("IllegalStateException: planted"))
                .anyMatch(text -> text.contains("-Dweir.seed=78") && text.contains("so far so good"));
    }

    @Test
    void the_property_runs_every_test_with_one_seed() {
        System.setProperty(Simulation.SEED_PROPERTY, "6");
        try {
            TestExecutionSummary summary = run(Passing.class);
            assertThat(failures(summary)).isEmpty();
            assertThat(summary.getTestsSucceededCount()).isEqualTo(4);
        } finally {
            System.clearProperty(Simulation.SEED_PROPERTY);
        }
    }

    @Test
    void what_is_left_fails_the_test_and_is_named() throws Exception {
        TestExecutionSummary summary;
        try {
            summary = run(Leaking.class);
        } finally {
            Leaking.RELEASE.countDown();
            for (SocketChannel each : Leaking.SOCKETS) {
                each.close();
            }
        }
        assertThat(summary.getTestsFailedCount()).isEqualTo(6);
        assertThat(failures(summary))
                .allMatch(text -> text.contains("left after the test: "))
                .anyMatch(text -> text.contains("1 tasks"))
                .anyMatch(text -> text.contains("task straggler"))
                .anyMatch(text -> text.contains("1 timers"))
                .anyMatch(text -> text.contains("socket:"))
                .anyMatch(text -> text.contains("planted in a close"))
                .anyMatch(text -> text.contains("-blocking-") && text.contains("1 blocking calls"));
    }

    private static TestExecutionSummary run(Class<?> tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(tests))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static Set<String> failures(TestExecutionSummary summary) {
        Set<String> texts = new TreeSet<>();
        summary.getFailures().forEach(failure -> {
            StringWriter text = new StringWriter();
            failure.getException().printStackTrace(new PrintWriter(text));
            texts.add(failure.getTestIdentifier().getDisplayName() + text);
        });
        return texts;
    }
}
