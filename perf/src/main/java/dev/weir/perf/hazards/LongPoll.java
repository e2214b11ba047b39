package dev.weir.perf.hazards;

import dev.weir.io.net.TcpListener;
import dev.weir.perf.report.JsonLine;
import dev.weir.perf.wire.Loopback;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code hazards long-poll}: tokio#4730. The worker that drove, and so has the sockets and the timers, runs into a poll
 * that blocks. Half of the rounds then send something to another socket of the runtime, the other half wait for a timer.
 * What the machine itself needs is told beside it: the same echo from a thread that does nothing else.
 */
@Command(
        name = "long-poll",
        description = "A poll blocks the worker that drives: how late are sockets and timers? p99 below 2 ms is good.",
        mixinStandardHelpOptions = true)
final class LongPoll implements Callable<Integer> {
    private static final byte BLOCK = 'b';
    private static final byte PING = 'p';

    @Mixin
    private Terms terms;

    @Option(names = "--rounds", defaultValue = "1000", description = "${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--poll-ms", defaultValue = "100", description = "how long it blocks; ${DEFAULT-VALUE}")
    private long pollMillis;

    @Option(names = "--bound-us", defaultValue = "2000", description = "of the p99; ${DEFAULT-VALUE}")
    private long boundMicros;

    private final Semaphore blocked = new Semaphore(0);
    private final Semaphore released = new Semaphore(0);
    private final Histogram sockets = new Histogram(3);
    private final Histogram timers = new Histogram(3);
    private final Histogram bare = new Histogram(3);

    @Override
    public Integer call() throws IOException, InterruptedException {
        terms.atLeastOne("--rounds", rounds);
        try (TaskRuntime runtime = terms.builder(2, Mechanism.WATCHER).build();
                TcpListener listener = TcpListener.bind(runtime, Loopback.port(0));
                ServerSocket bareListener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AsyncStream.from(listener)
                    .forEachConcurrent(
                            2,
                            socket -> AsyncStream.from(socket.reader())
                                    .peek(this::blockIfAsked)
                                    .into(socket.writer()))
                    .run(runtime);
            try (Socket blocking = connect(listener.localAddress());
                    Socket other = connect(listener.localAddress());
                    Socket alone = connect((InetSocketAddress) bareListener.getLocalSocketAddress())) {
                Thread echo = new Thread(() -> echo(bareListener), "bare-echo");
                echo.start();
                for (int i = 0; i < rounds; i++) {
                    JoinHandle<Long> timer = i % 2 == 0 ? null : timer(runtime);
                    blocking.getOutputStream().write(BLOCK);
                    blocked.acquire();
                    if (timer == null) {
                        sockets.recordValue(ping(other));
                        bare.recordValue(ping(alone));
                    } else {
                        timers.recordValue(timer.join());
                    }
                    released.acquire();
                    read(blocking);
                }
                alone.shutdownOutput();
                echo.join();
            }
        }
        JsonLine line = terms.line("long-poll", Mechanism.WATCHER).put("poll_ms", pollMillis);
        Terms.put(line, "socket", sockets);
        Terms.put(line, "timer", timers);
        Terms.put(line, "bare", bare);
        return terms.end(line, isGood(sockets) && (rounds == 1 || isGood(timers)));
    }

    private boolean isGood(Histogram delays) {
        return delays.getValueAtPercentile(99) < boundMicros * 1_000;
    }

    /** In a poll of the task of a connection. */
    private void blockIfAsked(ByteBuffer bytes) {
        if (bytes.get(bytes.position()) == BLOCK) {
            blocked.release();
            try {
                Thread.sleep(pollMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            released.release();
        }
    }

    /** Starts a task that returns by how much its timer, due in the middle of the long poll, was late. */
    private JoinHandle<Long> timer(TaskRuntime runtime) throws InterruptedException {
        Semaphore registered = new Semaphore(0);
        long due = System.nanoTime() + pollMillis * 1_000_000 / 3;
        Sleep sleep = Sleep.until(due);
        JoinHandle<Long> late = runtime.spawn(cx -> {
            if (sleep.poll(cx).isPending()) {
                registered.release();
                return Poll.pending();
            }
            return Poll.ready(System.nanoTime() - due);
        });
        registered.acquire();
        return late;
    }

    /** Until the other side ends. */
    private static void echo(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.setTcpNoDelay(true);
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // seen by who waits for the echo
        }
    }

    private static long ping(Socket socket) throws IOException {
        long sent = System.nanoTime();
        socket.getOutputStream().write(PING);
        read(socket);
        return System.nanoTime() - sent;
    }

    private static void read(Socket socket) throws IOException {
        if (socket.getInputStream().read() < 0) {
            throw new IOException("the server has closed the connection");
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        return socket;
    }
}
