package dev.weir.io.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Pollable;
import dev.weir.testkit.PollProbe;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExitTest {
    private final CompletableFuture<Process> ended = new CompletableFuture<>();
    private final PollProbe task = PollProbe.create();
    private Runnable whenAsked = () -> {};
    private int asked;
    private final Exit exit = new Exit(() -> {
        asked++;
        whenAsked.run();
        return ended;
    });

    @Test
    void many_who_wait_and_give_up_leave_nothing_behind() throws Exception {
        for (int i = 0; i < 1000; i++) {
            Pollable<@Nullable Void> waiter = exit.awaited();
            assertThat(task.poll(waiter).isPending()).isTrue();
            assertThat(task.poll(waiter).isPending()).isTrue();
            waiter.close();
        }
        assertThat(asked).isEqualTo(1);
        assertThat(ended.getNumberOfDependents()).isEqualTo(1);
        assertThat(exit.waiting()).isZero();
    }

    @Test
    void a_process_that_ends_while_it_is_asked_about_is_known_at_once() throws Exception {
        whenAsked = () -> ended.complete(null);
        assertThat(task.poll(exit.awaited()).isReady()).isTrue();
        assertThat(task.poll(exit.awaited()).isReady()).isTrue();
        assertThat(asked).isEqualTo(1);
        assertThat(exit.waiting()).isZero();
    }

    /** For want of threads, say. Who waits already would wait for ever. */
    @Test
    void if_it_cannot_be_asked_who_tried_fails_and_who_waits_tries_next() throws Exception {
        PollProbe other = PollProbe.create();
        Pollable<@Nullable Void> waiting = exit.awaited();
        whenAsked = () -> {
            try {
                assertThat(waiting.poll(other.turn()).isPending()).isTrue();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            throw new OutOfMemoryError("on purpose");
        };
        Pollable<@Nullable Void> first = exit.awaited();
        assertThatThrownBy(() -> task.poll(first)).isInstanceOf(OutOfMemoryError.class);
        first.close();
        assertThat(other.isWoken()).isTrue();
        whenAsked = () -> {};
        assertThat(other.poll(waiting).isPending()).isTrue();
        assertThat(asked).isEqualTo(2);
        ended.complete(null);
        assertThat(other.isWoken()).isTrue();
        assertThat(other.poll(waiting).isReady()).isTrue();
    }
}
