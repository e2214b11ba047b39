package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.TaskRuntime;
import dev.weir.sync.Barrier;
import dev.weir.sync.Broadcast;
import dev.weir.sync.CancellationToken;
import dev.weir.sync.Channel;
import dev.weir.sync.LaggedException;
import dev.weir.sync.Mutex;
import dev.weir.sync.Notify;
import dev.weir.sync.OnceCell;
import dev.weir.sync.Oneshot;
import dev.weir.sync.RwLock;
import dev.weir.sync.Semaphore;
import dev.weir.sync.SetOnce;
import dev.weir.sync.TaskTracker;
import dev.weir.sync.Watch;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.testkit.ScriptedSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The examples of {@code dev.weir.sync}, as they stand in its documentation: {@link DocumentedExamplesTest} compares. */
class SyncExamplesTest {
    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private final Pollable<String> pending = cx -> Poll.pending();

    @AfterEach
    void close() {
        runtime.close();
    }

    // ---- the package ----

    record Question(String text, Oneshot<String> answer) {}

    record Price(int cents) {}

    record Config(String text) {
        static Config load() {
            return new Config("loaded");
        }
    }

    @Test
    void a_channel_between_a_source_and_a_sink() {
        ScriptedSource<String> source = ScriptedSource.of("a", "b", "c");
        source.end();
        Channel<String> file = Channel.unbounded();
        Sink<String> sink = file.sender().sink();

        Channel<String> lines = Channel.bounded(16);
        JoinHandle<Long> sent = runtime.spawn(lines.sender().sink().drain(source));
        lines.sender().close(); // the sink has a sender of its own; this one is not needed
        JoinHandle<Long> written = runtime.spawn(sink.drain(lines.receiver()));

        assertThat(sent.join()).isEqualTo(3);
        assertThat(written.join()).isEqualTo(3);
        List<String> received = new ArrayList<>();
        assertThat(file.receiver().size()).isEqualTo(3);
        runtime.blockOn(file.receiver().receiveMany(received::add, 3));
        assertThat(received).containsExactly("a", "b", "c");
    }

    @Test
    void a_request_with_its_answer() throws Exception {
        Channel<Question> channel = Channel.bounded(10);
        runtime.spawn(cx -> {
            for (Question next = channel.receiver().poll(cx);
                    next != null;
                    next = channel.receiver().poll(cx)) {
                next.answer().send(next.text() + " = 42");
            }
            return Poll.pending();
        });
        Channel.Sender<Question> questions = channel.sender();

        Question question = new Question("6 * 7", new Oneshot<>());
        questions.sendBlocking(question); // from a plain thread
        String answer = question.answer().receiveBlocking();
        assertThat(answer).isEqualTo("6 * 7 = 42");
    }

    @Test
    void a_shutdown_that_waits() {
        CancellationToken token = new CancellationToken();
        TaskTracker tracker = new TaskTracker();
        Pollable<String> connection = pending;
        runtime.spawn(tracker.track(token.runUntilCancelled(connection)));

        token.cancel();
        tracker.close();
        runtime.blockOn(tracker.await());
        assertThat(tracker.isEmpty()).isTrue();
    }

    @Test
    void a_tracker_of_what_is_told_by_other_means() {
        CancellationToken token = new CancellationToken();
        TaskTracker tracker = new TaskTracker();
        Pollable<String> connection = token.runUntilCancelled(pending);
        runtime.spawn(tracker.track(connection));

        tracker.close();
        token.cancel();
        runtime.blockOn(tracker.await());
        assertThat(tracker.isEmpty()).isTrue();
    }

    // ---- class by class ----

    @Test
    void all_meet_at_a_barrier() {
        Barrier loaded = new Barrier(2);
        JoinHandle<Boolean> other = runtime.spawn(loaded.arrive());
        boolean leads = runtime.blockOn(loaded.arrive()); // true for one of the two, when both are there
        assertThat(leads).isNotEqualTo(other.join());
    }

    @Test
    void one_to_all() throws Exception {
        Price price = new Price(100);

        Broadcast.Sender<Price> prices = Broadcast.withCapacity(1024);
        Broadcast.Receiver<Price> mine = prices.subscribe();
        prices.send(price);

        assertThat(mine.receiveBlocking()).isEqualTo(price);
    }

    @Test
    void a_cancel_goes_down() {
        Pollable<String> work = pending;

        CancellationToken server = new CancellationToken();
        CancellationToken request = server.child();
        JoinHandle<String> answer = runtime.spawn(request.runUntilCancelled(work));
        server.cancel(); // the request, too: its answer is null

        assertThat(answer.join()).isNull();
    }

    @Test
    void many_to_one() {
        Channel<String> lines = Channel.bounded(16);
        runtime.spawn(lines.sender().send("hello"));
        String line = runtime.blockOn(lines.receiver().receive());
        assertThat(line).isEqualTo("hello");
    }

    @Test
    void what_closed_is_an_error_that_can_be_recovered_from() {
        Oneshot<String> answer = new Oneshot<>();
        Pollable<String> orElse = answer.recover(closed -> Pollable.ready("no answer"));
        answer.close();
        assertThat(runtime.blockOn(orElse)).isEqualTo("no answer");
    }

    @Test
    void who_is_late_is_told_how_much_was_missed() {
        Broadcast.Sender<Price> sender = Broadcast.withCapacity(2);
        Broadcast.Receiver<Price> prices = sender.subscribe();
        for (int cents = 1; cents <= 5; cents++) {
            sender.send(new Price(cents));
        }
        Price price = null;
        long missed = 0;

        try {
            price = prices.tryReceive();
        } catch (LaggedException e) {
            missed += e.missed(); // the next receive has the oldest that is left
        }
        assertThat(price).isNull();
        assertThat(missed).isEqualTo(3);
        assertThat(prices.tryReceive()).isEqualTo(new Price(4));
    }

    @Test
    void a_mutex_is_held_from_poll_to_poll_and_given_back_by_a_cancel() {
        Mutex mutex = new Mutex();
        Pollable<String> write = Pollable.yieldNow().map(yielded -> "written");
        final class Writing implements Pollable<String> {
            private final Mutex.Lock lock = mutex.lock();
            private boolean locked;

            @Override
            public Poll<String> poll(Context cx) throws Exception {
                locked = locked || lock.pollLock(cx);
                return locked ? write.poll(cx) : Poll.pending();
            }

            @Override
            public void close() { // also when the task is cancelled
                write.close();
                lock.close();
            }
        }

        String written = runtime.spawn(new Writing()).join();
        assertThat(written).isEqualTo("written");
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void a_notification_is_kept() {
        Notify changed = new Notify();
        changed.notifyOne(); // kept, as nobody waits
        runtime.blockOn(changed.notified());
    }

    @Test
    void computed_once() {
        AtomicInteger loads = new AtomicInteger();
        Pollable<String> load = cx -> Poll.ready("loaded " + loads.incrementAndGet());

        OnceCell<String> config = new OnceCell<>();
        JoinHandle<String> here = runtime.spawn(config.getOrCompute(() -> load));
        JoinHandle<String> there = runtime.spawn(config.getOrCompute(() -> load)); // waits for the first

        assertThat(List.of(here.join(), there.join())).containsOnly("loaded 1");
    }

    @Test
    void one_value_once() {
        Oneshot<String> answer = new Oneshot<>();
        JoinHandle<Integer> length = runtime.spawn(answer.map(String::length));
        answer.send("yes"); // from any thread
        assertThat(length.join()).isEqualTo(3);
    }

    @Test
    void readers_and_a_writer() throws Exception {
        List<String> shared = new ArrayList<>();

        RwLock lock = new RwLock();
        try (RwLock.WriteGuard writing = lock.writeBlocking()) { // from a plain thread
            shared.add("a line");
            assertThat(writing).isNotNull();
        }
        Pollable<RwLock.ReadGuard> reading = lock.read(); // in a task

        int lines = runtime.blockOn(reading.map(guard -> {
            guard.close();
            return shared.size();
        }));
        assertThat(lines).isEqualTo(1);
    }

    @Test
    void ten_at_a_time() throws Exception {
        Semaphore connections = new Semaphore(10);
        try (Semaphore.Permit permit = connections.acquireBlocking(1)) { // from a plain thread
            call();
            assertThat(permit.count()).isEqualTo(1);
        }
        Pollable<Semaphore.Permit> permit = connections.acquire(); // in a task

        runtime.blockOn(permit).close();
        assertThat(connections.available()).isEqualTo(10);
    }

    private static void call() {}

    @Test
    void set_once() {
        SetOnce<Integer> port = new SetOnce<>();
        JoinHandle<Integer> known = runtime.spawn(port.await());
        port.set(8080);
        assertThat(known.join()).isEqualTo(8080);
    }

    @Test
    void the_last_value() throws Exception {
        Watch.Sender<Config> config = Watch.of(Config.load());
        Watch.Receiver<Config> seen = config.subscribe();
        config.send(Config.load());
        assertThat(seen.changedBlocking()).isEqualTo(Config.load());
    }
}
