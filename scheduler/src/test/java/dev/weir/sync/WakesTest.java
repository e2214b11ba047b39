package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.sync.WaitList.Wakes;
import dev.weir.task.Context;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import dev.weir.testkit.PollProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everybody who is owed a wake gets it, also where a waker throws, as none may, or memory runs out on the way. */
class WakesTest {
    private final Error failure = new OutOfMemoryError("meant to fail");
    private final AtomicInteger wakes = new AtomicInteger();
    private final PollProbe probe = PollProbe.create();

    /** Lets three wait, of whom the first has a waker that throws, and does what is to wake them all. */
    private void assertAllAreWoken(List<? extends Pollable<?>> three, Runnable act) throws Exception {
        Waker throwing = () -> {
            throw failure;
        };
        for (int i = 0; i < three.size(); i++) {
            Context cx = probe.turn().withWaker(i == 0 ? throwing : wakes::incrementAndGet);
            assertThat(three.get(i).poll(cx).isPending()).isTrue();
        }
        assertThatThrownBy(act::run).isSameAs(failure);
        assertThat(wakes).hasValue(2);
    }

    @Test
    void of_a_notification_for_all() throws Exception {
        Notify notify = new Notify();
        assertAllAreWoken(List.of(notify.notified(), notify.notified(), notify.notified()), notify::notifyWaiters);
    }

    @Test
    void of_permits_that_are_given_back_or_refused() throws Exception {
        Semaphore semaphore = new Semaphore(0);
        assertAllAreWoken(
                List.of(semaphore.acquire(), semaphore.acquire(), semaphore.acquire()), () -> semaphore.release(3));
        wakes.set(0);
        Semaphore closed = new Semaphore(0);
        assertAllAreWoken(List.of(closed.acquire(), closed.acquire(), closed.acquire()), closed::close);
    }

    @Test
    void of_a_changed_value() throws Exception {
        Watch.Sender<String> sender = Watch.of("first");
        assertAllAreWoken(
                List.of(
                        sender.subscribe().changed(),
                        sender.subscribe().changed(),
                        sender.subscribe().changed()),
                () -> sender.send("second"));
    }

    @Test
    void of_an_item_for_all() throws Exception {
        Broadcast.Sender<String> sender = Broadcast.withCapacity(4);
        assertAllAreWoken(
                IntStream.range(0, 3)
                        .mapToObj(i -> sender.subscribe().receive())
                        .toList(),
                () -> sender.send("item"));
    }

    @Test
    void of_a_cancel() throws Exception {
        CancellationToken token = new CancellationToken();
        CancellationToken child = token.child();
        assertAllAreWoken(List.of(token.cancelled(), token.cancelled(), child.cancelled()), token::cancel);
    }

    @Test
    void of_room_and_of_the_end_of_a_channel() throws Exception {
        for (boolean closing : new boolean[] {false, true}) {
            Channel<String> channel = Channel.bounded(3);
            for (int i = 0; i < 3; i++) {
                channel.sender().trySend("item");
            }
            wakes.set(0);
            assertAllAreWoken(
                    List.of(
                            channel.sender().copy().send("more"),
                            channel.sender().copy().send("more"),
                            channel.sender().copy().send("more")),
                    () -> {
                        if (closing) {
                            channel.receiver().close();
                        } else {
                            channel.receiver().pollMany(probe.turn(), item -> {}, 3);
                        }
                    });
        }
    }

    @Test
    void of_a_barrier() throws Exception {
        Barrier barrier = new Barrier(4);
        Pollable<Boolean> last = barrier.arrive();
        assertAllAreWoken(List.of(barrier.arrive(), barrier.arrive(), barrier.arrive()), () -> {
            try {
                probe.poll(last);
            } catch (Exception checked) {
                throw new AssertionError(checked);
            }
        });
    }

    @Test
    void of_a_oneshot() throws Exception {
        Oneshot<String> oneshot = new Oneshot<>();
        assertThat(oneshot.poll(probe.turn().withWaker(() -> {
                            throw failure;
                        }))
                        .isPending())
                .isTrue();
        assertThat(oneshot.closed()
                        .poll(probe.turn().withWaker(wakes::incrementAndGet))
                        .isPending())
                .isTrue();
        assertThatThrownBy(() -> oneshot.send("value")).isSameAs(failure);
        assertThat(wakes).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 100})
    void without_memory_to_note_them_they_are_told_in_parts(int from) {
        List<Integer> order = new ArrayList<>();
        List<Waiter> waiting = new ArrayList<>();
        WaitList list = new WaitList();
        for (int i = 0; i < 50; i++) {
            int number = i;
            waiting.add(new Waiter());
            list.lock();
            list.add(waiting.get(i), () -> order.add(number));
            list.unlock();
        }
        Wakes scarce = new Wakes() {
            @Override
            void makeRoom(int n) {
                if (n > from) {
                    throw new OutOfMemoryError("meant to fail");
                }
                super.makeRoom(n);
            }
        };
        list.note(Waiter.GRANTED, scarce);
        list.wakeAll(Waiter.GRANTED, scarce);
        assertThat(order).isEqualTo(IntStream.range(0, 50).boxed().toList());
        assertThat(waiting).allMatch(each -> each.state() == Waiter.GRANTED);
    }

    @Test
    void who_throws_when_told_in_parts_keeps_no_later_part_from_being_told() {
        WaitList list = new WaitList();
        list.lock();
        list.add(new Waiter(), () -> {
            throw failure;
        });
        list.add(new Waiter(), wakes::incrementAndGet);
        list.add(new Waiter(), wakes::incrementAndGet);
        list.unlock();
        Wakes scarce = new Wakes() {
            @Override
            void makeRoom(int n) {
                throw new OutOfMemoryError("there is room for one");
            }
        };
        list.note(Waiter.GRANTED, scarce);
        assertThatThrownBy(() -> list.wakeAll(Waiter.GRANTED, scarce)).isSameAs(failure);
        assertThat(wakes).hasValue(2);
    }
}
