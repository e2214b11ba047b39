package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.testkit.PollProbe;
import org.junit.jupiter.api.Test;

/** Tokio 107 and 108. */
class LocksTest {
    private final PollProbe one = PollProbe.create();
    private final PollProbe two = PollProbe.create();
    private final PollProbe three = PollProbe.create();

    @Test
    void a_mutex_is_held_by_one_and_goes_to_who_has_waited_longest() throws Exception {
        Mutex mutex = new Mutex();
        Mutex.Guard held = one.poll(mutex.lock()).get();
        Mutex.Lock second = mutex.lock();
        Mutex.Lock third = mutex.lock();
        assertThat(two.poll(second).isPending()).isTrue();
        assertThat(three.poll(third).isPending()).isTrue();
        assertThat(mutex.tryLock()).isNull();
        held.close();
        held.close();
        assertThat(two.isWoken()).isTrue();
        assertThat(three.isWoken()).isFalse();
        assertThat(mutex.tryLock()).as("it is the second's already").isNull();
        assertThat(mutex.isLocked()).isTrue();
        two.poll(second).get().close();
        three.poll(third).get().close();
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void who_gives_up_a_mutex_passes_it_on() throws Exception {
        Mutex mutex = new Mutex();
        Mutex.Guard held = mutex.tryLock();
        Mutex.Lock second = mutex.lock();
        Mutex.Lock third = mutex.lock();
        two.poll(second);
        three.poll(third);
        held.close();
        second.close();
        assertThat(three.poll(third).isReady()).isTrue();
    }

    @Test
    void a_lock_that_is_used_again_holds_the_mutex_itself() {
        Mutex mutex = new Mutex();
        Mutex.Lock lock = mutex.lock();
        assertThatIllegalStateException().isThrownBy(lock::unlock);
        assertThat(lock.pollLock(one.turn())).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> lock.pollLock(one.turn()));
        lock.unlock();
        assertThat(lock.pollLock(one.turn())).isTrue();
        lock.close();
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void readers_share_and_a_writer_excludes() throws Exception {
        RwLock lock = new RwLock();
        RwLock.ReadGuard first = one.poll(lock.read()).get();
        RwLock.ReadGuard second = lock.tryRead();
        assertThat(lock.tryWrite()).isNull();
        assertThat(lock).hasToString("RwLock[2 readers]");
        first.close();
        first.close();
        second.close();
        RwLock.WriteGuard writer = one.poll(lock.write()).get();
        assertThat(lock.tryRead()).isNull();
        writer.close();
        assertThat(lock.tryRead()).isNotNull();
    }

    @Test
    void a_writer_that_waits_holds_up_later_readers_until_it_gives_up() throws Exception {
        RwLock lock = new RwLock();
        RwLock.ReadGuard reader = lock.tryRead();
        var writer = lock.write();
        var later = lock.read();
        assertThat(one.poll(writer).isPending()).isTrue();
        assertThat(two.poll(later).isPending()).isTrue();
        assertThat(lock.tryRead()).isNull();
        writer.close();
        assertThat(two.isWoken()).isTrue();
        assertThat(two.poll(later).isReady()).isTrue();
        reader.close();
    }

    @Test
    void a_downgrade_lets_waiting_readers_in_and_no_writer() throws Exception {
        RwLock lock = new RwLock();
        RwLock.WriteGuard writer = lock.tryWrite();
        var reader = lock.read();
        var other = lock.write();
        one.poll(reader);
        two.poll(other);
        RwLock.ReadGuard share = writer.downgrade();
        writer.close();
        assertThat(one.isWoken()).isTrue();
        assertThat(two.isWoken()).isFalse();
        one.poll(reader).get().close();
        share.close();
        assertThat(two.poll(other).isReady()).isTrue();
        assertThatIllegalStateException().isThrownBy(writer::downgrade);
    }

    @Test
    void there_are_no_more_readers_than_was_said() {
        RwLock lock = new RwLock(2);
        lock.tryRead();
        lock.tryRead();
        assertThat(lock.tryRead()).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> new RwLock(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RwLock(RwLock.MAX_READERS + 1));
    }
}
