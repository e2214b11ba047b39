package dev.weir.io.net;

import static java.nio.channels.SelectionKey.OP_ACCEPT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.io.driver.Drive;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On pipes, which are channels that the library knows nothing of. */
class ReadinessTest {
    private TaskRuntime runtime;
    private Pipe pipe;

    @BeforeEach
    void open() throws IOException {
        runtime = TaskRuntime.builder().workers(2).build();
        pipe = Pipe.open();
    }

    @AfterEach
    void close() throws IOException {
        runtime.close();
        pipe.source().close();
        pipe.sink().close();
    }

    private void write(int bytes) throws IOException {
        assertThat(pipe.sink().write(ByteBuffer.allocate(bytes))).isEqualTo(bytes);
    }

    /** Null if it would block. */
    private @Nullable Integer read(int bytes) throws IOException {
        int n = pipe.source().read(ByteBuffer.allocate(bytes));
        return n == 0 ? null : n;
    }

    private int keys() {
        return runtime.service(IoMetrics.class).keys();
    }

    private void awaitKeys(int keys) {
        await().until(() -> keys() == keys);
    }

    @Test
    void a_channel_is_writable_at_first_and_readable_only_after_its_peer_wrote() throws Exception {
        try (Readiness in = Readiness.of(pipe.source());
                Readiness out = Readiness.of(pipe.sink())) {
            runtime.blockOn(out.ready(OP_WRITE));
            JoinHandle<?> readable = runtime.spawn(in.ready(OP_READ));
            awaitKeys(2);
            assertThat(readable.isDone()).isFalse();
            assertThat(in.tryIo(OP_READ, () -> 1)).as("not tried").isNull();
            write(1);
            readable.join();
            assertThat(in.isReady(OP_READ)).isTrue();
        }
    }

    @Test
    void it_stays_ready_until_an_operation_would_block_and_only_then_waits_again() throws Exception {
        try (Readiness in = Readiness.of(pipe.source())) {
            write(2);
            runtime.blockOn(in.ready(OP_READ));
            assertThat(in.tryIo(OP_READ, () -> read(2))).isEqualTo(2);
            runtime.blockOn(in.ready(OP_READ)); // nothing is left, but nobody has found out
            assertThat(in.isReady(OP_READ)).isTrue();
            assertThat(in.tryIo(OP_READ, () -> read(2))).isNull();
            assertThat(in.isReady(OP_READ)).isFalse();
            JoinHandle<?> again = runtime.spawn(in.ready(OP_READ));
            awaitKeys(1);
            assertThat(again.isDone()).isFalse();
            write(1);
            again.join();
        }
    }

    @Test
    void an_operation_that_fails_says_nothing_about_readiness() throws Exception {
        try (Readiness in = Readiness.of(pipe.source())) {
            write(1);
            runtime.blockOn(in.ready(OP_READ));
            assertThatThrownBy(() -> in.tryIo(OP_READ, () -> {
                        throw new IOException("planned");
                    }))
                    .hasMessage("planned");
            assertThat(in.isReady(OP_READ)).isTrue();
        }
    }

    @Test
    void the_end_that_a_peer_makes_counts_as_ready() throws Exception {
        try (Readiness in = Readiness.of(pipe.source())) {
            JoinHandle<?> readable = runtime.spawn(in.ready(OP_READ));
            awaitKeys(1);
            pipe.sink().close();
            readable.join();
            assertThat(in.tryIo(OP_READ, () -> read(1))).isEqualTo(-1);
        }
    }

    @Test
    void one_event_wakes_all_who_wait_for_its_direction_and_nobody_else() throws Exception {
        try (Loopback server = Loopback.listen(runtime);
                SocketChannel peer = SocketChannel.open(server.listener().localAddress());
                TcpStream accepted = server.accept();
                Readiness both = Readiness.of(peer)) {
            while (peer.write(ByteBuffer.allocate(1 << 16)) > 0) {} // until the kernel takes no more
            int before = keys(); // of the listener, if it had to wait for the connection
            JoinHandle<?> writable = runtime.spawn(both.ready(OP_WRITE));
            List<JoinHandle<?>> readers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                readers.add(runtime.spawn(both.ready(OP_READ)));
            }
            awaitKeys(before + 1);
            runtime.spawn(accepted.writer().drain(Loopback.items(1, 1))).join();
            readers.forEach(JoinHandle::join);
            // unless there is room after all: the kernel may pass on late what it took
            assertThat(writable.isDone() && peer.write(ByteBuffer.allocate(1)) == 0)
                    .isFalse();
            runtime.spawn(Loopback.untilDone(accepted.reader()));
            writable.join();
        }
    }

    @Test
    void who_cannot_be_woken_for_want_of_memory_is_by_the_next_event_and_keeps_no_other_from_it() throws Exception {
        try (Drive drive = Drive.onSelector();
                Readiness in = Readiness.of(pipe.source())) {
            AtomicInteger tries = new AtomicInteger();
            AtomicInteger wakes = new AtomicInteger();
            in.ready(OP_READ).poll(drive.context(() -> {
                if (tries.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("planned");
                }
            }));
            in.ready(OP_READ).poll(drive.context(wakes::incrementAndGet));
            write(1);
            assertThatThrownBy(drive::look).isInstanceOf(OutOfMemoryError.class);
            assertThat(wakes).hasValue(1);
            assertThat(in.isReady(OP_READ)).isTrue();
            drive.look();
            assertThat(tries).hasValue(2);
            assertThat(wakes).hasValue(1);
        }
    }

    @Test
    void waiting_that_is_given_up_leaves_the_others_waiting() throws Exception {
        try (Readiness in = Readiness.of(pipe.source())) {
            JoinHandle<?> first = runtime.spawn(in.ready(OP_READ));
            JoinHandle<?> second = runtime.spawn(in.ready(OP_READ));
            awaitKeys(1);
            first.cancel();
            assertThat(catchThrowable(first::join)).isNotNull();
            write(1);
            second.join();
        }
    }

    @Test
    void a_channel_that_is_given_back_is_open_and_can_be_watched_again() throws Exception {
        for (int i = 0; i < 50; i++) {
            Readiness once = Readiness.of(pipe.source());
            JoinHandle<?> waiting = runtime.spawn(once.ready(OP_READ));
            awaitKeys(1);
            SelectableChannel back = once.release();
            assertThat(catchThrowable(waiting::join)).hasRootCauseMessage("the channel was given back");
            assertThat(back).isSameAs(pipe.source()).matches(SelectableChannel::isOpen);
            Readiness again = Readiness.of(back); // the driver may not have forgotten the first yet
            JoinHandle<?> readable = runtime.spawn(again.ready(OP_READ));
            write(1);
            readable.join();
            assertThat(read(1)).isEqualTo(1);
            again.release();
            awaitKeys(0);
            once.close();
            assertThat(back.isOpen()).isTrue();
        }
        Readiness last = Readiness.of(pipe.source());
        last.close();
        assertThat(pipe.source().isOpen()).isFalse();
    }

    @Test
    void a_wait_that_the_driver_cannot_take_yet_is_tried_again_and_is_no_readiness() throws Exception {
        try (Drive drive = Drive.withoutEvents()) {
            AtomicInteger wakes = new AtomicInteger();
            Readiness first = Readiness.of(pipe.source());
            assertThat(first.ready(OP_READ)
                            .poll(drive.context(wakes::incrementAndGet))
                            .isPending())
                    .isTrue();
            first.release();
            wakes.set(0);
            Readiness second = Readiness.of(pipe.source());
            Pollable<@Nullable Void> waiting = second.ready(OP_READ);
            for (int i = 1; i <= 2; i++) {
                assertThat(waiting.poll(drive.context(wakes::incrementAndGet)).isPending())
                        .isTrue();
                assertThat(second.isReady(OP_READ)).isFalse();
                assertThat(wakes).hasValue(i);
            }
            drive.look(); // forgets the first
            assertThat(waiting.poll(drive.context(wakes::incrementAndGet)).isPending())
                    .isTrue();
            assertThat(wakes).hasValue(2);
            assertThat(drive.interest()).isEqualTo(OP_READ);
            second.close();
        }
    }

    @Test
    void a_channel_that_is_watched_has_to_be_given_back_first() throws Exception {
        try (Readiness first = Readiness.of(pipe.source())) {
            JoinHandle<?> waiting = runtime.spawn(first.ready(OP_READ));
            awaitKeys(1);
            Readiness second = Readiness.of(pipe.source());
            assertThat(catchThrowable(() -> runtime.blockOn(second.ready(OP_READ))))
                    .hasStackTraceContaining("is watched already");
            write(1);
            waiting.join();
        }
    }

    @Test
    void a_shutdown_ends_the_waiting() throws Exception {
        Readiness in = Readiness.of(pipe.source());
        JoinHandle<?> waiting = runtime.spawn(in.ready(OP_READ));
        awaitKeys(1);
        runtime.close();
        assertThat(catchThrowable(waiting::join)).isNotNull();
    }

    @Test
    void an_operation_that_the_channel_does_not_have_is_refused() throws Exception {
        try (Readiness in = Readiness.of(pipe.source())) {
            assertThatThrownBy(() -> in.ready(OP_ACCEPT)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> in.ready(OP_READ | OP_WRITE)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
