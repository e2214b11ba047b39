package dev.weir.stream.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The pushing end: every policy at the limit, the end behind what is held, and nothing dropped in silence. */
class EmitterTest {
    private final TaskRuntime runtime = TaskRuntime.currentThread().build();

    private <T> List<T> drain(Emitter<T> emitter) {
        return runtime.blockOn(AsyncStream.from(emitter.source()).toList());
    }

    @Test
    void it_gives_what_is_held_before_the_end() {
        Emitter<Integer> emitter = new Emitter<>(3, Overflow.FAIL);
        assertThat(emitter.emit(1)).isTrue();
        assertThat(emitter.room()).isEqualTo(2);
        emitter.emit(2);
        emitter.complete();
        assertThat(emitter.isClosed()).isTrue();
        assertThat(emitter.room()).isZero();
        assertThat(emitter.emit(3)).isFalse();
        assertThat(drain(emitter)).containsExactly(1, 2);
    }

    @Test
    void each_policy_does_what_it_says_at_the_limit() {
        Emitter<Integer> newest = new Emitter<>(2, Overflow.DROP_NEWEST);
        Emitter<Integer> oldest = new Emitter<>(2, Overflow.DROP_OLDEST);
        Emitter<Integer> fail = new Emitter<>(2, Overflow.FAIL);
        for (int i = 0; i < 4; i++) {
            assertThat(newest.emit(i)).isEqualTo(i < 2);
            assertThat(oldest.emit(i)).isTrue();
            assertThat(fail.emit(i)).isEqualTo(i < 2);
        }
        newest.complete();
        oldest.complete();
        assertThat(drain(newest)).containsExactly(0, 1);
        assertThat(drain(oldest)).containsExactly(2, 3);
        assertThatThrownBy(() -> drain(fail)).hasMessageContaining("2 are held, which is the capacity");
    }

    @Test
    void what_overflows_is_shown_to_who_has_asked_and_what_comes_after_the_end_is_not() {
        for (Overflow overflow : Overflow.values()) {
            List<Integer> dropped = new ArrayList<>();
            Emitter<Integer> emitter = new Emitter<>(1, overflow, dropped::add);
            emitter.emit(1);
            emitter.emit(2);
            emitter.complete();
            emitter.emit(3);

            assertThat(dropped).as("%s", overflow).containsExactly(overflow == Overflow.DROP_OLDEST ? 1 : 2);
        }
        Emitter<Integer> broken = new Emitter<>(1, Overflow.DROP_NEWEST, item -> {
            throw new ArithmeticException("as planned");
        });
        broken.emit(1);
        assertThatThrownBy(() -> broken.emit(2)).hasMessage("as planned");
        broken.complete();
        assertThat(drain(broken)).containsExactly(1);
    }

    @Test
    void an_item_that_pushes_out_itself_is_accepted() {
        Emitter<String> emitter = new Emitter<>(1, Overflow.DROP_OLDEST);
        assertThat(emitter.emit("same")).isTrue();
        assertThat(emitter.emit("same")).isTrue();
    }

    @Test
    void what_is_dropped_is_told() {
        List<Drops.Drop> drops = new ArrayList<>();
        Drops.listen(drops::add);
        try {
            Emitter<Integer> emitter = new Emitter<>(1, Overflow.DROP_OLDEST);
            emitter.emit(1);
            emitter.emit(2);
            emitter.complete();
            IllegalStateException late = new IllegalStateException("late");
            long failures = Drops.failures();
            emitter.fail(late);
            assertThat(Drops.failures()).isGreaterThan(failures);
            assertThat(drops)
                    .containsExactly(new Drops.Drop("emitter", 1, null), new Drops.Drop("emitter", null, late));
        } finally {
            Drops.listen(null);
        }
    }

    @Test
    void create_starts_with_the_first_poll_and_runs_the_action_at_the_close() {
        List<String> log = new ArrayList<>();
        AsyncStream<Integer> stream = AsyncStream.create(8, Overflow.FAIL, emitter -> {
            log.add("start");
            emitter.onClose(() -> log.add("close"));
            emitter.emit(1);
            emitter.emit(2);
        });
        assertThat(log).isEmpty();
        assertThat(runtime.blockOn(stream.take(2).toList())).containsExactly(1, 2);
        assertThat(runtime.blockOn(stream.take(1).toList())).containsExactly(1);
        assertThat(log).containsExactly("start", "close", "start", "close");
    }

    @Test
    void an_action_that_comes_after_the_close_runs_at_once() {
        Emitter<Integer> emitter = new Emitter<>(1, Overflow.FAIL);
        emitter.source().close();
        List<String> log = new ArrayList<>();
        emitter.onClose(() -> log.add("close"));
        assertThat(log).containsExactly("close");
    }

    @Test
    void many_threads_may_emit_and_no_accepted_item_is_lost() throws Exception {
        int each = Boolean.getBoolean("weir.long") ? 200_000 : 10_000;
        try (TaskRuntime workers = TaskRuntime.builder().workers(1).build()) {
            Emitter<Integer> emitter = new Emitter<>(64, Overflow.DROP_NEWEST);
            JoinHandle<Long> sum = AsyncStream.from(emitter.source())
                    .reduce(0L, (a, b) -> a + b)
                    .run(workers);
            AtomicLong accepted = new AtomicLong();
            Runnable producer = () -> {
                for (int i = 1; i <= each; i++) {
                    if (emitter.emit(i)) {
                        accepted.addAndGet(i);
                    }
                }
            };
            Thread other = new Thread(producer);
            other.start();
            producer.run();
            other.join();
            emitter.complete();
            assertThat(sum.join(Duration.ofSeconds(20))).isEqualTo(accepted.get());
        }
    }
}
