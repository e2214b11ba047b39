package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When an item is wanted of a producer, and that all who wait for one are woken. */
class ReplayTest {
    private final Replay<Integer> replay = new Replay<>(2);
    private final Context cx = contextWith(Waker.noop());

    private static Context contextWith(Waker waker) {
        Host host = new Host() {
            @Override
            public <S> S service(Class<S> type) {
                return null;
            }
        };
        return new Context(host, 100).withWaker(waker);
    }

    @Test
    void an_item_is_wanted_when_one_waits_and_nobody_is_the_whole_history_behind() throws Exception {
        Outlet<Integer>.Cursor fast = replay.attach();
        Outlet<Integer>.Cursor slow = replay.attach();
        assertThat(replay.isWanted()).as("nobody waits").isFalse();
        for (int item = 1; item <= 2; item++) {
            assertThat(fast.poll(cx)).isNull();
            assertThat(fast.poll(cx)).as("waits once, however often it asks").isNull();
            assertThat(replay.isWanted()).isTrue();
            replay.put(item);
            assertThat(replay.isWanted()).as("nobody waits").isFalse();
            assertThat(fast.poll(cx)).isEqualTo(item);
        }
        assertThat(fast.poll(cx)).isNull();
        assertThat(replay.isWanted()).as("one is two behind").isFalse();

        assertThat(slow.poll(cx)).isEqualTo(1);
        assertThat(replay.isWanted()).isTrue();
        replay.put(3);
        assertThat(fast.poll(cx)).isEqualTo(3);
        assertThat(fast.poll(cx)).isNull();
        assertThat(replay.isWanted()).as("one is two behind again").isFalse();

        slow.close();
        assertThat(replay.isWanted()).isTrue();
        Outlet<Integer>.Cursor late = replay.attach();
        assertThat(replay.isWanted()).as("one begins two behind").isFalse();
        assertThat(late.poll(cx)).isEqualTo(2);
        assertThat(replay.isWanted()).isTrue();

        fast.close();
        fast.close();
        assertThat(replay.isWanted()).as("who waited has left").isFalse();
        assertThat(late.poll(cx)).isEqualTo(3);
        assertThat(late.poll(cx)).isNull();
        assertThat(replay.isWanted()).isTrue();
    }

    @Test
    void what_is_forgotten_leads_to_nothing_unless_somebody_is_still_at_it() throws Exception {
        Outlet<Integer>.Cursor cursor = replay.attach();
        Outlet.Node<Integer> first = cursor.next;
        Outlet.Node<Integer> second = null;
        for (int item = 1; item <= 3; item++) {
            assertThat(first.next).isEqualTo(second);
            assertThat(cursor.poll(cx)).isNull();
            replay.put(item);
            assertThat(cursor.poll(cx)).isEqualTo(item);
            second = second == null ? cursor.next : second;
        }
        assertThat(first.next).as("old garbage would keep all that came later").isNull();
        assertThat(first.item).isNull();

        assertThat(cursor.poll(cx)).isNull();
        assertThat(replay.isWanted()).isTrue();
        Outlet<Integer>.Cursor late = replay.attach(); // between the producer's look and its item
        replay.put(4);

        assertThat(second.next).isNotNull();
        assertThat(late.poll(cx)).isEqualTo(2);
        assertThat(late.poll(cx)).isEqualTo(3);
        assertThat(late.poll(cx)).isEqualTo(4);
    }

    @Test
    void a_waker_that_throws_keeps_nobody_behind_it_asleep() throws Exception {
        assertAllWoken(replay, replay.attach(), replay.attach());
        Multicast<Integer> multicast = new Multicast<>(2, true);
        assertAllWoken(multicast, multicast.attach(), multicast.attach());
    }

    private static void assertAllWoken(Outlet<Integer> outlet, Source<Integer> first, Source<Integer> second)
            throws Exception {
        List<String> woken = new ArrayList<>();
        Context throwing = contextWith(() -> {
            throw new OutOfMemoryError("as planned");
        });
        Context noting = contextWith(() -> woken.add("second"));
        assertThat(first.poll(throwing)).isNull();
        assertThat(second.poll(noting)).isNull();

        assertThatThrownBy(() -> outlet.put(1)).hasMessage("as planned");
        assertThat(woken).hasSize(1);
        assertThat(first.poll(throwing)).isEqualTo(1);
        assertThat(second.poll(noting)).isEqualTo(1);

        assertThatThrownBy(outlet::complete).hasMessage("as planned");
        assertThat(woken).as("the end").hasSize(2);
    }
}
