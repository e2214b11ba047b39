package dev.weir.io.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.PollProbe;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ExitTest {
    private final CompletableFuture<Process> ended = new CompletableFuture<>();
    private int asked;
    private final Exit exit = new Exit(() -> {
        asked++;
        return ended;
    });

    @Test
    void many_who_wait_and_give_up_leave_nothing_behind() {
        PollProbe task = PollProbe.create();
        for (int i = 0; i < 1000; i++) {
            Object waiter = new Object();
            assertThat(exit.await(waiter, task.turn().waker())).isFalse();
            assertThat(exit.await(waiter, task.turn().waker())).isFalse();
            exit.forget(waiter);
        }
        assertThat(asked).isEqualTo(1);
        assertThat(ended.getNumberOfDependents()).isEqualTo(1);
        assertThat(exit.waiting()).isZero();
    }

    @Test
    void all_who_wait_are_woken_by_the_end_and_who_comes_later_need_not_wait() {
        PollProbe one = PollProbe.create();
        PollProbe other = PollProbe.create();
        PollProbe gone = PollProbe.create();
        exit.await(one, one.turn().waker());
        exit.await(other, other.turn().waker());
        exit.await(gone, gone.turn().waker());
        exit.forget(gone);
        ended.complete(null);
        assertThat(one.isWoken() && other.isWoken()).isTrue();
        assertThat(gone.isWoken()).isFalse();
        assertThat(exit.waiting()).isZero();
        assertThat(exit.await(new Object(), one.turn().waker())).isTrue();
        assertThat(exit.waiting()).isZero();
    }

    @Test
    void a_process_that_has_ended_before_is_known_at_once() {
        ended.complete(null);
        assertThat(exit.await(this, PollProbe.create().turn().waker())).isTrue();
        assertThat(exit.waiting()).isZero();
    }
}
