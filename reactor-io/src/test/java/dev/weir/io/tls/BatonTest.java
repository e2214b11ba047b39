package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BatonTest {
    private static final int ROUNDS = Boolean.getBoolean("weir.long") ? 3_000_000 : 200_000;

    private final Baton baton = new Baton();

    @Test
    void who_comes_while_another_works_is_named_when_that_one_leaves() {
        assertThat(baton.take(Baton.READER)).isTrue();
        assertThat(baton.take(Baton.WRITER)).isFalse();
        assertThat(baton.take(Baton.SHAKER)).isFalse();
        assertThat(baton.leave()).isEqualTo(Baton.WRITER | Baton.SHAKER);
        assertThat(baton.take(Baton.WRITER)).isTrue();
        assertThat(baton.leave()).isZero();
    }

    @Test
    void what_is_to_be_closed_is_closed_by_the_holder_before_it_leaves() {
        assertThat(baton.take(Baton.READER)).isTrue();
        assertThat(baton.take(Baton.WRITER)).isFalse();
        assertThat(baton.ask(Baton.CLOSE_WRITER)).isFalse();
        int asked = baton.leave();
        assertThat(Baton.isAsked(asked)).isTrue();
        assertThat(asked).isEqualTo(Baton.CLOSE_WRITER);
        assertThat(baton.take(Baton.SHAKER)).as("still held").isFalse();
        assertThat(baton.leave()).isEqualTo(Baton.WRITER | Baton.SHAKER);
    }

    @Test
    void who_asks_while_nobody_works_closes_itself() {
        assertThat(baton.ask(Baton.CLOSE_ALL)).isTrue();
        assertThat(baton.leave()).isEqualTo(Baton.CLOSE_ALL);
        assertThat(baton.leave()).isZero();
        assertThat(baton.take(Baton.READER)).isTrue();
    }

    /** Two work, one closes again and again: never two at once, everything is closed, and whoever was refused is named. */
    @Test
    void threads_work_one_at_a_time_and_no_request_and_nobody_is_forgotten() throws Exception {
        int[] inside = {0}; // plain: the baton orders it
        AtomicInteger broken = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger named = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int who : new int[] {Baton.READER, Baton.WRITER, Baton.CLOSE_READER}) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    boolean holds = who == Baton.CLOSE_READER ? baton.ask(who) : baton.take(who);
                    if (!holds) {
                        refused.addAndGet(who == Baton.CLOSE_READER ? 0 : 1);
                        continue;
                    }
                    if (++inside[0] != 1) {
                        broken.incrementAndGet();
                    }
                    inside[0]--;
                    int answer = baton.leave();
                    while (Baton.isAsked(answer)) {
                        closed.incrementAndGet();
                        answer = baton.leave();
                    }
                    named.addAndGet(Integer.bitCount(answer));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread each : threads) {
            each.join();
        }
        assertThat(broken).hasValue(0);
        assertThat(closed.get()).isPositive().isLessThanOrEqualTo(ROUNDS);
        assertThat(named.get()).as("refusals are merged, and none is lost").isLessThanOrEqualTo(refused.get());
        assertThat(refused.get() == 0).isEqualTo(named.get() == 0);
        assertThat(baton.take(Baton.READER)).as("free in the end").isTrue();
        assertThat(baton.leave()).isZero();
    }
}
