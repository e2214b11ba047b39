package dev.weir.io.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import dev.weir.testkit.PollProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EndingTest {
    private static final int ROUNDS = Boolean.getBoolean("weir.long") ? 20_000 : 1_000;

    private final Ending ending = new Ending();
    private final PollProbe one = PollProbe.create();
    private final PollProbe other = PollProbe.create();

    @Test
    void all_who_wait_are_woken_and_who_comes_later_need_not_wait() throws Exception {
        PollProbe gone = PollProbe.create();
        Pollable<@Nullable Void> given = ending.awaited();
        Pollable<@Nullable Void> kept = ending.awaited();
        assertThat(one.poll(kept).isPending()).isTrue();
        assertThat(gone.poll(given).isPending()).isTrue();
        assertThat(other.poll(ending.awaited()).isPending()).isTrue();
        given.close();
        given.close();
        assertThat(ending.waiting()).isEqualTo(2);
        ending.end();
        assertThat(one.isWoken() && other.isWoken()).isTrue();
        assertThat(gone.isWoken()).isFalse();
        assertThat(one.poll(kept).isReady()).isTrue();
        assertThat(one.poll(ending.awaited()).isReady()).isTrue();
        assertThat(ending.waiting()).isZero();
        ending.end();
        assertThat(one.isWoken()).isFalse();
    }

    @Test
    void the_waker_of_the_last_poll_is_the_one_that_is_woken() throws Exception {
        Pollable<@Nullable Void> moved = ending.awaited();
        one.poll(moved);
        other.poll(moved);
        assertThat(ending.waiting()).isEqualTo(1);
        ending.end();
        assertThat(one.isWoken()).isFalse();
        assertThat(other.isWoken()).isTrue();
    }

    @Test
    void who_is_woken_before_the_end_is_in_line_again_after_a_poll() throws Exception {
        Pollable<@Nullable Void> waiter = ending.awaited();
        one.poll(waiter);
        ending.wakeAll();
        assertThat(one.isWoken()).isTrue();
        assertThat(one.poll(waiter).isPending()).isTrue();
        ending.end();
        assertThat(one.isWoken()).isTrue();
    }

    /** As one does whose task has nowhere to go when there is no memory. */
    @Test
    void a_waker_that_throws_keeps_nobody_asleep_and_is_told_of_at_the_end() throws Exception {
        Context cx = one.turn();
        Waker throwing = () -> {
            throw new OutOfMemoryError("on purpose");
        };
        ending.awaited().poll(cx.withWaker(throwing));
        ending.awaited().poll(cx);
        ending.awaited().poll(cx.withWaker(throwing));
        other.poll(ending.awaited());
        assertThatThrownBy(ending::end).isInstanceOf(OutOfMemoryError.class).hasMessage("on purpose");
        assertThat(one.isWoken() && other.isWoken()).isTrue();
    }

    @Test
    void one_that_waits_anew_at_each_wake_does_not_keep_who_wakes() throws Exception {
        Pollable<@Nullable Void> eager = ending.awaited();
        Context cx = one.turn();
        AtomicInteger wakes = new AtomicInteger();
        Waker again = new Waker() {
            @Override
            public void wake() {
                wakes.incrementAndGet();
                poll(eager, cx.withWaker(this));
            }
        };
        eager.poll(cx.withWaker(again));
        ending.wakeAll();
        assertThat(wakes).hasValue(1);
        assertThat(ending.waiting()).isEqualTo(1);
    }

    private static boolean poll(Pollable<@Nullable Void> waiter, Context cx) {
        try {
            return waiter.poll(cx).isReady();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nobody_is_forgotten_who_comes_as_the_end_does() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Ending now = new Ending();
            Thread ender = new Thread(now::end);
            ender.start();
            List<CountDownLatch> told = new ArrayList<>();
            for (int j = 0; j < 20; j++) {
                CountDownLatch woken = new CountDownLatch(1);
                if (!poll(now.awaited(), one.turn().withWaker(woken::countDown))) {
                    told.add(woken);
                }
            }
            ender.join();
            for (CountDownLatch each : told) {
                assertThat(each.await(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
