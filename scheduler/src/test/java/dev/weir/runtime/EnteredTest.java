package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which runtime a thread is in. */
class EnteredTest {
    @ParameterizedTest
    @EnumSource
    void stays_nest_and_end_in_the_reverse_order(Runtimes on) {
        try (TaskRuntime a = on.build();
                TaskRuntime b = on.build()) {
            Entered first = a.enter();
            assertThat(TaskRuntime.current()).isSameAs(a);
            Entered second = b.enter();
            assertThat(TaskRuntime.current()).isSameAs(b);
            Entered third = a.enter();
            assertThat(TaskRuntime.current()).isSameAs(a);
            third.close();
            assertThat(TaskRuntime.current()).isSameAs(b);
            assertThatIllegalStateException().isThrownBy(first::close).withMessageContaining("reverse order");
            assertThat(TaskRuntime.current()).isSameAs(b);
            second.close();
            assertThat(TaskRuntime.current()).isSameAs(a);
            first.close();
            assertThat(TaskRuntime.current()).isNull();
            assertThatIllegalStateException().isThrownBy(first::close);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_poll_within_a_stay_is_in_its_own_runtime_and_may_enter_another(Runtimes on) {
        try (TaskRuntime a = on.build();
                TaskRuntime b = on.build()) {
            Entered stay = a.enter();
            List<TaskRuntime> seen = b.blockOn(Recipes.run(() -> {
                TaskRuntime polled = TaskRuntime.current();
                Entered inner = a.enter();
                TaskRuntime entered = TaskRuntime.current();
                inner.close();
                return List.of(polled, entered, TaskRuntime.current());
            }));
            assertThat(seen).containsExactly(b, a, b);
            assertThat(TaskRuntime.current()).isSameAs(a);
            stay.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_blocking_call_is_in_the_runtime_that_runs_it(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            assertThat(runtime.spawnBlocking(TaskRuntime::current).join()).isSameAs(runtime);
            assertThat(runtime.spawnBlocking(() -> runtime.blockOn(Recipes.run(TaskRuntime::current)))
                            .join())
                    .isSameAs(runtime);
        }
    }

    @Test
    void a_stay_is_the_threads_own() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            Entered stay = runtime.enter();
            CompletableFuture<TaskRuntime> elsewhere = new CompletableFuture<>();
            CompletableFuture<Throwable> refused = new CompletableFuture<>();
            new Thread(() -> {
                        elsewhere.complete(TaskRuntime.current());
                        try {
                            stay.close();
                        } catch (IllegalStateException refusal) {
                            refused.complete(refusal);
                        }
                    })
                    .start();
            assertThat(elsewhere.get(10, TimeUnit.SECONDS)).isNull();
            assertThat(refused.get(10, TimeUnit.SECONDS)).hasMessageContaining("on the thread that began");
            stay.close();
        }
    }

    /** Only a thread that is in a poll of the runtime would wait for itself. */
    @ParameterizedTest
    @EnumSource
    void a_stay_does_not_keep_a_close_from_waiting(Runtimes on) {
        TaskRuntime runtime = on.build();
        Entered stay = runtime.enter();
        assertThat(runtime.shutdown(Duration.ofSeconds(10))).isTrue();
        stay.close();
    }
}
