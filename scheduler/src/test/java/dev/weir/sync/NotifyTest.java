package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.PollProbe;
import org.junit.jupiter.api.Test;

class NotifyTest {
    private final Notify notify = new Notify();
    private final PollProbe one = PollProbe.create();
    private final PollProbe two = PollProbe.create();

    @Test
    void a_notification_that_finds_nobody_is_kept_once() throws Exception {
        notify.notifyOne();
        notify.notifyOne();
        assertThat(one.poll(notify.notified()).isReady()).isTrue();
        assertThat(one.poll(notify.notified()).isPending()).isTrue();
    }

    @Test
    void one_is_who_has_waited_longest_and_last_is_who_came_last() throws Exception {
        Notify.Notified first = notify.notified();
        Notify.Notified second = notify.notified();
        one.poll(first);
        two.poll(second);
        notify.notifyLast();
        assertThat(one.isWoken()).isFalse();
        assertThat(two.poll(second).isReady()).isTrue();
        notify.notifyOne();
        assertThat(one.poll(first).isReady()).isTrue();
        assertThat(one.poll(first).isReady()).as("stays ready").isTrue();
        assertThat(notify).hasToString("Notify[empty]");
    }

    @Test
    void all_are_those_that_exist_polled_or_not_and_nothing_is_kept() throws Exception {
        Notify.Notified polled = notify.notified();
        Notify.Notified unpolled = notify.notified();
        one.poll(polled);
        notify.notifyWaiters();
        assertThat(one.isWoken()).isTrue();
        Notify.Notified later = notify.notified();
        assertThat(one.poll(polled).isReady()).isTrue();
        assertThat(one.poll(unpolled).isReady()).isTrue();
        assertThat(one.poll(later).isPending()).isTrue();
    }

    @Test
    void notifying_all_leaves_a_permit_where_it_is() throws Exception {
        notify.notifyOne();
        notify.notifyWaiters();
        assertThat(one.poll(notify.notified()).isReady()).isTrue();
    }

    @Test
    void a_notification_that_is_not_used_goes_to_the_next() throws Exception {
        Notify.Notified first = notify.notified();
        Notify.Notified second = notify.notified();
        Notify.Notified third = notify.notified();
        one.poll(first);
        two.poll(second);
        notify.notifyOne();
        first.close();
        first.close();
        assertThat(two.poll(second).isReady()).isTrue();
        one.poll(third);
        notify.notifyLast();
        third.close();
        assertThat(notify).hasToString("Notify[permit]");
    }

    @Test
    void one_that_was_notified_with_all_passes_nothing_on() throws Exception {
        Notify.Notified first = notify.notified();
        one.poll(first);
        notify.notifyWaiters();
        first.close();
        assertThat(notify).hasToString("Notify[empty]");
    }

    @Test
    void enabling_takes_a_place_in_the_queue() throws Exception {
        Notify.Notified first = notify.notified();
        assertThat(first.enable()).isFalse();
        notify.notifyOne();
        Notify.Notified second = notify.notified();
        assertThat(two.poll(second).isPending()).isTrue();
        assertThat(first.enable()).isTrue();
        second.close();
        assertThat(notify).hasToString("Notify[empty]");
    }

    @Test
    void enabling_again_leaves_the_waker_of_the_last_poll() throws Exception {
        Notify.Notified waiting = notify.notified();
        assertThat(one.poll(waiting).isPending()).isTrue();
        assertThat(waiting.enable()).isFalse();
        notify.notifyOne();
        assertThat(one.isWoken()).isTrue();
        assertThat(waiting.enable()).isTrue();
    }

    @Test
    void waits_and_notifications_charge_nothing() throws Exception {
        PollProbe poor = PollProbe.withBudget(1);
        var cx = poor.turn();
        notify.notifyOne();
        assertThat(notify.notified().poll(cx).isReady()).isTrue();
        assertThat(cx.budget().isExhausted()).isFalse();
    }
}
