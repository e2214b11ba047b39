package dev.weir.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Poll;
import dev.weir.task.Scheduler;
import dev.weir.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The table of {@link CallQueue}; the test is the thread of each seat. */
class CallQueueTest {
    private static final long KEEP_ALIVE = TimeUnit.SECONDS.toNanos(20);

    private final List<CallQueue.Seat> started = new ArrayList<>();

    private CallQueue queue(int cap) {
        return new CallQueue(cap, KEEP_ALIVE, started::add);
    }

    private static Task<Integer> add(CallQueue queue) {
        Task<Integer> call = new Task<>(cx -> Poll.ready(1), NOWHERE);
        queue.add(call);
        return call;
    }

    @Test
    void one_thread_is_sent_for_however_many_calls_wait() {
        CallQueue queue = queue(4);
        for (int i = 0; i < 10; i++) {
            add(queue);
        }
        assertThat(started).hasSize(1);
        assertThat(queue.threads()).isEqualTo(1);
        assertThat(queue.waiting()).isEqualTo(10);
    }

    @Test
    void the_one_that_arrives_takes_the_oldest_and_sends_for_the_next_until_none_waits() {
        CallQueue queue = queue(8);
        List<Task<Integer>> calls = List.of(add(queue), add(queue), add(queue));
        assertThat(queue.take(started.get(0))).isSameAs(calls.get(0));
        assertThat(started).hasSize(2);
        assertThat(queue.take(started.get(1))).isSameAs(calls.get(1));
        assertThat(started).hasSize(3);
        assertThat(queue.take(started.get(2))).isSameAs(calls.get(2));
        assertThat(started).as("nothing waits").hasSize(3);
    }

    @Test
    void who_is_awake_takes_call_after_call_while_another_is_on_its_way() {
        CallQueue queue = queue(8);
        List<Task<Integer>> calls = List.of(add(queue), add(queue), add(queue), add(queue));
        for (Task<Integer> call : calls) {
            assertThat(queue.take(started.get(0))).isSameAs(call);
        }
        assertThat(started).hasSize(2);
        add(queue);
        assertThat(started).as("the second is still on its way").hasSize(2);
    }

    @Test
    void at_the_cap_nobody_is_sent_for_and_who_is_awake_comes() {
        CallQueue queue = queue(1);
        Task<Integer> first = add(queue);
        Task<Integer> second = add(queue);
        assertThat(queue.take(started.get(0))).isSameAs(first);
        Task<Integer> third = add(queue);
        assertThat(queue.take(started.get(0))).isSameAs(second);
        assertThat(queue.take(started.get(0))).isSameAs(third);
        assertThat(started).hasSize(1);
    }

    @Test
    void an_idle_thread_is_sent_for_before_one_is_made() throws InterruptedException {
        CallQueue queue = queue(8);
        Task<Integer> first = add(queue);
        CountDownLatch tookSecond = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            queue.take(started.get(0));
            queue.take(started.get(0));
            tookSecond.countDown();
        });
        thread.start();
        while (queue.idle() == 0) {
            Thread.onSpinWait();
        }
        add(queue);
        assertThat(tookSecond.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(started).hasSize(1);
        assertThat(first.isDone()).isFalse();
        thread.join();
    }

    @Test
    void a_thread_that_cannot_be_made_leaves_the_calls_to_those_there_are() {
        CallQueue queue = queue(8);
        add(queue);
        add(queue);
        Task<Integer> third = add(queue);
        queue.take(started.get(0));
        queue.notStarted();
        assertThat(queue.unserved()).isNull();
        queue.take(started.get(0));
        assertThat(started).as("it is tried again").hasSize(3);
        queue.notStarted();
        assertThat(queue.unserved()).isNull();
        assertThat(queue.take(started.get(0))).isSameAs(third);
    }

    @Test
    void a_thread_that_rests_as_another_cannot_be_made_is_sent_for() throws Exception {
        CallQueue queue = queue(8);
        add(queue);
        queue.take(started.get(0));
        add(queue); // the second thread is on its way
        CompletableFuture<Task<?>> third = new CompletableFuture<>();
        Thread first = new Thread(() -> {
            queue.take(started.get(0));
            third.complete(queue.take(started.get(0)));
        });
        first.setDaemon(true);
        first.start();
        while (queue.idle() == 0) {
            Thread.onSpinWait();
        }
        Task<Integer> call = add(queue);
        queue.notStarted();
        assertThat(queue.unserved()).isNull();
        assertThat(third.get(10, TimeUnit.SECONDS)).isSameAs(call);
        assertThat(started).as("none is made in its place").hasSize(2);
    }

    @Test
    void calls_that_no_thread_can_be_made_for_are_given_back() {
        CallQueue queue = queue(8);
        Task<Integer> call = add(queue);
        Task<Integer> second = add(queue);
        queue.notStarted();
        assertThat(queue.unserved()).isSameAs(call);
        assertThat(queue.unserved()).isSameAs(second);
        assertThat(queue.unserved()).isNull();
        assertThat(queue.waiting()).isZero();
        assertThat(queue.threads()).isZero();
    }

    @Test
    void a_thread_that_nobody_sends_for_counts_no_more() {
        CallQueue queue = new CallQueue(8, 1, started::add);
        add(queue);
        queue.take(started.get(0));
        assertThat(queue.take(started.get(0))).isNull();
        assertThat(queue.threads()).isZero();
        assertThat(queue.idle()).isZero();
    }

    @Test
    void threads_that_rest_go_one_by_one_wherever_they_are_among_the_others() throws InterruptedException {
        CallQueue queue = new CallQueue(8, TimeUnit.MILLISECONDS.toNanos(5), started::add);
        for (int i = 0; i < 5; i++) {
            add(queue);
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            queue.take(started.get(i));
        }
        for (CallQueue.Seat seat : started) {
            Thread thread = new Thread(() -> queue.take(seat));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(started).hasSize(5);
        assertThat(queue.idle()).isZero();
        assertThat(queue.threads()).isZero();
    }

    @Test
    void the_end_gives_back_what_waits_and_lets_threads_go() throws InterruptedException {
        CallQueue queue = queue(8);
        add(queue);
        Task<Integer> waiting = add(queue);
        queue.take(started.get(0));
        assertThat(queue.unserved()).as("a thread is on its way").isNull();
        queue.close();
        assertThatThrownBy(() -> add(queue)).isInstanceOf(RejectedExecutionException.class);
        assertThat(queue.awaitNoThreads(0)).isFalse();
        assertThat(queue.take(started.get(0))).isNull();
        assertThat(queue.take(started.get(1))).as("the one that was on its way").isNull();
        assertThat(queue.unserved()).as("no thread takes it, though it waits").isSameAs(waiting);
        assertThat(queue.awaitNoThreads(0)).isTrue();
    }

    private static final Scheduler NOWHERE = new Scheduler() {
        @Override
        public void schedule(Task<?> task) {}

        @Override
        public void requeue(Task<?> task) {}

        @Override
        public void completed(Task<?> task) {}

        @Override
        public void undeliverable(Throwable thrown) {}
    };
}
