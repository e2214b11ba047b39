package dev.weir.io.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.ByteBudget;
import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpOptions;
import dev.weir.io.net.TcpStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SourceLaws;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for a child holds nothing that others need. */
class PipeInputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CHUNK = 64 * 1024;

    /** A pipe: a read of it blocks while it is empty. */
    private static final class Pipe extends InputStream {
        private final boolean tells;
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private int taken;
        private boolean ended;
        private boolean broken;

        Pipe(boolean tells) {
            this.tells = tells;
        }

        synchronized void feed(byte... bytes) {
            all.writeBytes(bytes);
            notifyAll();
        }

        synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized void tear() {
            broken = true;
            notifyAll();
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) throws IOException {
            while (taken == all.size() && !ended && !broken) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (broken) {
                throw new IOException("torn");
            }
            int n = Math.min(length, all.size() - taken);
            System.arraycopy(all.toByteArray(), taken, into, offset, n);
            taken += n;
            return n == 0 ? -1 : n;
        }

        @Override
        public synchronized int available() {
            return tells ? all.size() - taken : 0;
        }
    }

    private static Source<ByteBuffer> source(InputStream in, ByteBudget budget) {
        return ChildProcess.source("a pipe", in, budget);
    }

    /** Reads to the end and closes. */
    private static Pollable<byte[]> all(Source<ByteBuffer> source) {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        return cx -> {
            for (ByteBuffer chunk; (chunk = source.poll(cx)) != null; ) {
                got.write(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
            }
            if (!source.isDone()) {
                return Poll.pending();
            }
            source.poll(cx); // throws if it has failed
            source.close();
            return Poll.ready(got.toByteArray());
        };
    }

    private final List<Pipe> pipes = new ArrayList<>();
    private final List<Process> children = new ArrayList<>();
    private TaskRuntime runtime = TaskRuntime.builder().workers(2).build();

    /** What still waits would keep the runtime from ending. */
    @AfterEach
    void close() {
        pipes.forEach(Pipe::end);
        children.forEach(Process::destroyForcibly);
        runtime.close();
    }

    private Pipe pipe(boolean tells) {
        Pipe pipe = new Pipe(tells);
        pipes.add(pipe);
        return pipe;
    }

    @Test
    void sixty_four_silent_pipes_do_not_keep_a_socket_from_reading() throws Exception {
        ByteBudget budget = ByteBudget.of(4 * CHUNK);
        List<JoinHandle<byte[]>> silent = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            silent.add(runtime.spawn(all(source(pipe(i % 2 == 0), budget))));
        }
        await().atMost(PATIENCE).until(() -> runtime.metrics().blockingCalls() == 64);
        assertThat(budget.used()).isZero();
        try (TcpListener listener = TcpListener.bind(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        TcpOptions.DEFAULT.withByteBudget(budget));
                Socket peer = new Socket(
                        listener.localAddress().getAddress(),
                        listener.localAddress().getPort())) {
            Pollable<TcpStream> accepting = cx -> {
                TcpStream accepted = listener.poll(cx);
                return accepted == null ? Poll.pending() : Poll.ready(accepted);
            };
            try (TcpStream stream = runtime.spawn(accepting).join()) {
                JoinHandle<byte[]> read = runtime.spawn(all(stream.reader()));
                peer.getOutputStream().write("through".getBytes(US_ASCII));
                peer.shutdownOutput();
                assertThat(read.join(PATIENCE)).asString(US_ASCII).isEqualTo("through");
            }
        }
        pipes.forEach(pipe -> pipe.feed((byte) 7));
        pipes.forEach(Pipe::end);
        for (JoinHandle<byte[]> each : silent) {
            assertThat(each.join(PATIENCE)).containsExactly(7);
        }
        assertThat(budget.used()).isZero();
    }

    /** What has come must not stand in line behind the wait for somebody who says nothing. */
    @Test
    void what_one_has_said_is_read_though_another_keeps_the_only_thread() throws Exception {
        runtime.close();
        runtime = TaskRuntime.builder().workers(2).blockingThreads(1).build();
        ByteBudget budget = ByteBudget.of(4 * CHUNK);
        Pipe talking = pipe(true);
        Source<ByteBuffer> source = source(talking, budget);
        Pollable<ByteBuffer> next = cx -> {
            ByteBuffer chunk = source.poll(cx);
            return chunk == null ? Poll.pending() : Poll.ready(chunk);
        };
        JoinHandle<ByteBuffer> reading = runtime.spawn(next);
        await().atMost(PATIENCE).until(() -> runtime.metrics().blockingCalls() == 1);
        JoinHandle<byte[]> silent = runtime.spawn(all(source(pipe(true), budget)));
        await().atMost(PATIENCE).until(() -> runtime.metrics().blockingCalls() == 2);
        talking.feed("said".getBytes(US_ASCII));
        assertThat(US_ASCII.decode(reading.join(PATIENCE)).toString()).isEqualTo("said");
        assertThat(budget.used()).isEqualTo(4);
        source.close();
        assertThat(budget.used()).isZero();
        assertThat(silent.isDone()).isFalse();
    }

    @Test
    void children_that_say_nothing_hold_nothing() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/cat")), "no /bin/cat");
        ByteBudget budget = ByteBudget.of(CHUNK);
        Process child = new ProcessBuilder("/bin/cat").start();
        children.add(child);
        JoinHandle<byte[]> said = runtime.spawn(all(source(child.getInputStream(), budget)));
        JoinHandle<byte[]> complained = runtime.spawn(all(source(child.getErrorStream(), budget)));
        await().atMost(PATIENCE).until(() -> runtime.metrics().blockingCalls() == 2);
        assertThat(budget.used()).isZero();
        child.getOutputStream().write("hello".getBytes(US_ASCII));
        child.getOutputStream().close();
        assertThat(said.join(PATIENCE)).asString(US_ASCII).isEqualTo("hello");
        assertThat(complained.join(PATIENCE)).isEmpty();
    }

    @Test
    void what_comes_after_a_wait_is_read_when_the_budget_has_room_for_it() throws Exception {
        ByteBudget budget = ByteBudget.of(CHUNK);
        ByteBudget.Share other = budget.share();
        assertThat(other.pollReserve(CHUNK, PollProbe.create().turn())).isTrue();
        Pipe pipe = pipe(true);
        Source<ByteBuffer> source = source(pipe, budget);
        Pollable<ByteBuffer> next = cx -> {
            ByteBuffer chunk = source.poll(cx);
            return chunk == null ? Poll.pending() : Poll.ready(chunk);
        };
        JoinHandle<ByteBuffer> reading = runtime.spawn(next);
        await().atMost(PATIENCE).until(() -> runtime.metrics().blockingCalls() == 1);
        pipe.feed(new byte[2 * PipeInput.FIRST]);
        await().atMost(PATIENCE).until(() -> budget.waiting() == 1);
        assertThat(budget.used()).isEqualTo(CHUNK);

        other.release();
        assertThat(reading.join(PATIENCE).remaining()).isEqualTo(2 * PipeInput.FIRST);
        assertThat(budget.used()).as("until the next poll").isEqualTo(2 * PipeInput.FIRST);
        JoinHandle<ByteBuffer> again = runtime.spawn(next);
        await().atMost(PATIENCE).until(() -> budget.used() == 0);
        pipe.tear();
        assertThatThrownBy(() -> again.join(PATIENCE)).hasMessageContaining("torn");
        source.close();
    }

    @Test
    void the_end_needs_nothing_of_the_budget() throws Exception {
        ByteBudget budget = ByteBudget.of(CHUNK);
        ByteBudget.Share other = budget.share();
        assertThat(other.pollReserve(CHUNK, PollProbe.create().turn())).isTrue();
        Pipe pipe = pipe(true);
        JoinHandle<byte[]> reading = runtime.spawn(all(source(pipe, budget)));
        pipe.end();
        assertThat(reading.join(PATIENCE)).isEmpty();
        assertThat(budget.waits()).isZero();
    }

    /** In pieces of all sizes, on a budget that is shorter than a chunk and that of a turn being one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothing_is_lost_whether_or_not_the_stream_tells_what_it_holds(boolean tells) throws Exception {
        runtime.close();
        runtime = TaskRuntime.builder().workers(1).budget(1).build();
        Random random = new Random(1);
        byte[] bytes = new byte[100_000];
        random.nextBytes(bytes);
        ByteBudget budget = ByteBudget.of(5_000);
        Pipe pipe = pipe(tells);
        SourceLaws<ByteBuffer> source = SourceLaws.check(source(pipe, budget));
        JoinHandle<byte[]> reading = runtime.spawn(all(source));
        for (int at = 0; at < bytes.length; ) {
            int n = Math.min(1 + random.nextInt(8_000), bytes.length - at);
            pipe.feed(Arrays.copyOfRange(bytes, at, at + n));
            at += n;
        }
        pipe.end();
        assertThat(reading.join(PATIENCE)).isEqualTo(bytes);
        source.assertClosed();
        assertThat(budget.used()).isZero();
    }
}
