package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.task.Context;
import dev.weir.testkit.PollProbe;
import org.junit.jupiter.api.Test;

class SemaphoreTest {
    private final PollProbe one = PollProbe.create();
    private final PollProbe two = PollProbe.create();

    @Test
    void permits_are_taken_while_there_are_any() throws Exception {
        Semaphore semaphore = new Semaphore(2);
        Semaphore.Permit first = one.poll(semaphore.acquire()).get();
        assertThat(semaphore.tryAcquire()).isNotNull();
        assertThat(semaphore.tryAcquire()).isNull();
        assertThat(semaphore.available()).isZero();
        first.close();
        first.close();
        assertThat(semaphore.available()).isEqualTo(1);
    }

    @Test
    void released_permits_go_to_who_has_waited_longest() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        Semaphore.Acquire first = semaphore.acquire();
        Semaphore.Acquire second = semaphore.acquire();
        assertThat(one.poll(first).isPending()).isTrue();
        assertThat(two.poll(second).isPending()).isTrue();
        semaphore.release(1);
        assertThat(one.isWoken()).isTrue();
        assertThat(two.isWoken()).isFalse();
        assertThat(semaphore.tryAcquire()).as("it is not to be had any more").isNull();
        assertThat(one.poll(first).isReady()).isTrue();
        semaphore.release(1);
        assertThat(two.poll(second).isReady()).isTrue();
    }

    @Test
    void who_wants_many_is_not_overtaken_by_who_wants_few() throws Exception {
        Semaphore semaphore = new Semaphore(1);
        Semaphore.Acquire many = semaphore.acquire(3);
        Semaphore.Acquire few = semaphore.acquire(1);
        one.poll(many);
        two.poll(few);
        semaphore.release(1);
        assertThat(one.isWoken() || two.isWoken()).isFalse();
        assertThat(semaphore.tryAcquire(1)).isNull();
        semaphore.release(2);
        assertThat(one.poll(many).get().count()).isEqualTo(3);
        assertThat(two.isWoken()).isTrue();
        assertThat(two.poll(few).isReady()).isTrue();
        assertThat(semaphore.available()).isZero();
    }

    @Test
    void who_gives_up_lets_those_behind_have_what_it_was_waiting_for() throws Exception {
        Semaphore semaphore = new Semaphore(1);
        Semaphore.Acquire many = semaphore.acquire(3);
        Semaphore.Acquire few = semaphore.acquire(1);
        one.poll(many);
        two.poll(few);
        many.close();
        assertThat(two.isWoken()).isTrue();
        few.close();
        assertThat(semaphore.available()).as("granted and not taken").isEqualTo(1);
        assertThat(semaphore.tryAcquire()).isNotNull();
    }

    @Test
    void closing_refuses_everybody_but_those_who_give_back() throws Exception {
        Semaphore semaphore = new Semaphore(1);
        Semaphore.Permit held = semaphore.tryAcquire();
        Semaphore.Acquire waiting = semaphore.acquire();
        one.poll(waiting);
        semaphore.close();
        assertThat(one.isWoken()).isTrue();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> one.poll(waiting));
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> one.poll(semaphore.acquire()));
        held.close();
        assertThat(semaphore.available()).isEqualTo(1);
        assertThat(semaphore.tryAcquire()).isNull();
        assertThat(semaphore.isClosed()).isTrue();
    }

    @Test
    void permits_can_be_added_forgotten_split_and_merged() throws Exception {
        Semaphore semaphore = new Semaphore(3);
        Semaphore.Permit all = semaphore.tryAcquire(3);
        Semaphore.Permit some = all.split(2);
        assertThat(all.count()).isEqualTo(1);
        all.forget();
        all.close();
        assertThat(semaphore.available()).isZero();
        some.merge(some.split(1));
        some.close();
        semaphore.release(5);
        assertThat(semaphore.forget(100)).isEqualTo(7);
        assertThat(semaphore.available()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> some.merge(new Semaphore(1).tryAcquire()));
        assertThatIllegalArgumentException().isThrownBy(() -> some.split(1));
    }

    @Test
    void a_permit_cannot_take_over_what_it_holds_itself_and_loses_nothing() {
        Semaphore semaphore = new Semaphore(2);
        Semaphore.Permit permit = semaphore.tryAcquire(2);
        assertThatIllegalArgumentException().isThrownBy(() -> permit.merge(permit));
        permit.close();
        assertThat(semaphore.available()).isEqualTo(2);
    }

    @Test
    void there_is_a_most() {
        Semaphore semaphore = new Semaphore(Semaphore.MAX_PERMITS);
        assertThatIllegalArgumentException().isThrownBy(() -> semaphore.release(1));
        assertThat(semaphore.available()).isEqualTo(Semaphore.MAX_PERMITS);
        assertThatIllegalArgumentException().isThrownBy(() -> new Semaphore(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> semaphore.acquire(-1));
    }

    @Test
    void an_acquire_can_be_used_again() {
        Semaphore semaphore = new Semaphore(1);
        Semaphore.Acquire again = semaphore.acquire();
        Context cx = one.turn();
        for (int i = 0; i < 5; i++) {
            assertThat(again.pollAcquire(cx)).isTrue();
            assertThat(again.pollAcquire(cx)).isFalse();
            semaphore.release(1);
            assertThat(again.pollAcquire(cx)).isTrue();
            semaphore.release(1);
        }
    }

    @Test
    void only_what_was_had_is_charged() {
        PollProbe poor = PollProbe.withBudget(1);
        Semaphore semaphore = new Semaphore(0);
        Context cx = poor.turn();
        Semaphore.Acquire acquire = semaphore.acquire();
        assertThat(acquire.pollAcquire(cx)).isFalse();
        assertThat(acquire.pollAcquire(cx)).isFalse();
        assertThat(cx.budget().isExhausted()).isFalse();
        semaphore.release(2);
        assertThat(acquire.pollAcquire(cx)).isTrue();
        assertThat(cx.budget().isExhausted()).isTrue();
        assertThat(acquire.pollAcquire(cx)).isFalse();
        assertThat(semaphore.available()).isEqualTo(1);
    }
}
