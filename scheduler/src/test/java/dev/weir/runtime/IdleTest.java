package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleTest {
    private final Idle idle = new Idle(4);
    private final Sleeper a = new Sleeper();
    private final Sleeper b = new Sleeper();
    private final Sleeper c = new Sleeper();
    private final Sleeper d = new Sleeper();

    private static final class Sleeper extends Idle.Sleeper {
        int unparks;

        @Override
        void unpark() {
            unparks++;
        }
    }

    @Test
    void nobody_is_woken_while_all_are_awake() {
        assertThat(idle.awake()).isEqualTo(4);
        assertThat(idle.wakeOne()).isFalse();
    }

    @Test
    void those_on_their_parker_are_woken_before_those_in_a_driver() {
        idle.sleep(a, true);
        idle.sleep(b, false);
        idle.sleep(c, true);
        idle.sleep(d, false);
        assertThat(idle.awake()).isZero();
        for (Sleeper expected : new Sleeper[] {d, b, a, c}) {
            assertThat(idle.wakeOne()).isTrue();
            assertThat(expected.unparks).isEqualTo(1);
            assertThat(expected.asleep).isFalse();
            assertThat(idle.stopSearching()).isTrue();
        }
        assertThat(idle.awake()).isEqualTo(4);
        assertThat(idle.wakeOne()).isFalse();
    }

    @Test
    void who_was_woken_searches_and_nobody_else_is_woken_until_it_stops() {
        idle.sleep(a, false);
        idle.sleep(b, false);
        assertThat(idle.wakeOne()).isTrue();
        assertThat(idle.wakeOne()).isFalse();
        assertThat(idle.wakeUp(b)).isTrue();
        assertThat(idle.stopSearching()).isTrue();
        assertThat(idle.wakeOne()).isTrue();
        assertThat(a.unparks).isEqualTo(1);
    }

    @Test
    void who_wakes_by_itself_does_not_search_and_is_woken_no_more() {
        idle.sleep(a, true);
        assertThat(idle.awake()).isEqualTo(3);
        assertThat(idle.wakeUp(a)).isFalse();
        assertThat(idle.awake()).isEqualTo(4);
        assertThat(idle.wakeOne()).isFalse();
        assertThat(a.unparks).isZero();
    }

    @Test
    void half_of_the_workers_search_at_most_and_the_last_to_stop_knows_it() {
        assertThat(idle.trySearch()).isTrue();
        assertThat(idle.trySearch()).isTrue();
        assertThat(idle.trySearch()).isFalse();
        assertThat(idle.stopSearching()).isFalse();
        assertThat(idle.trySearch()).isTrue();
        assertThat(idle.stopSearching()).isFalse();
        assertThat(idle.stopSearching()).isTrue();
    }

    @Test
    void a_single_worker_may_search() {
        Idle alone = new Idle(1);
        assertThat(alone.trySearch()).isTrue();
        assertThat(alone.trySearch()).isFalse();
        assertThat(alone.stopSearching()).isTrue();
    }

    @Test
    void nobody_is_woken_while_one_searches() {
        idle.sleep(a, false);
        assertThat(idle.trySearch()).isTrue();
        assertThat(idle.wakeOne()).isFalse();
        assertThat(idle.stopSearching()).isTrue();
        assertThat(idle.wakeOne()).isTrue();
    }

    @Test
    void one_watches_while_anybody_is_awake() {
        idle.sleep(a, false);
        idle.sleep(b, false);
        assertThat(idle.tryWatch(a)).isTrue();
        assertThat(idle.tryWatch(a)).isTrue();
        assertThat(idle.tryWatch(b)).isFalse();
        idle.stopWatching(b);
        assertThat(idle.tryWatch(b)).isFalse();
        idle.stopWatching(a);
        assertThat(idle.tryWatch(b)).isTrue();
        idle.stopWatching(b);
        idle.sleep(c, false);
        idle.sleep(d, false);
        assertThat(idle.tryWatch(a)).isFalse();
    }

    @Test
    void a_watcher_is_called_for_unless_there_is_one_or_nobody_sleeps() {
        idle.ensureWatcher();
        assertThat(idle.awake()).isEqualTo(4);
        idle.sleep(a, false);
        idle.sleep(b, false);
        assertThat(idle.tryWatch(a)).isTrue();
        idle.ensureWatcher();
        assertThat(a.unparks + b.unparks).isZero();
        idle.stopWatching(a);
        idle.ensureWatcher();
        assertThat(b.unparks).isEqualTo(1);
    }
}
