package dev.weir.perf.serve;

import dev.weir.io.net.TcpListener;
import dev.weir.perf.report.JsonLine;
import dev.weir.perf.wire.Loopback;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** A listener, the runtime under it, and a task for each connection. All methods may be called from any thread. */
public final class Server implements AutoCloseable {
    /** Connections served at a time unless told otherwise; further ones wait in the backlog of the kernel. */
    public static final int MAX_CONNECTIONS = 10_000;

    private final Service service;
    private final TaskRuntime runtime;
    private final TcpListener listener;
    private final JoinHandle<Long> accepting;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /**
     * Listens at 127.0.0.1 and serves from now on.
     *
     * @param port 0 lets the system choose
     * @param workers threads that serve, at least 1
     * @param maxConnections served at a time, at least 1
     * @throws IOException if the port is taken
     */
    public Server(Service service, int port, int workers, int maxConnections) throws IOException {
        this(service, port, TaskRuntime.builder().name("serve").workers(workers).build(), maxConnections);
    }

    /**
     * Listens at 127.0.0.1 and serves from now on, on a runtime that is the server's from here on.
     *
     * @throws IOException if the port is taken
     */
    public Server(Service service, int port, TaskRuntime runtime, int maxConnections) throws IOException {
        this.service = service;
        this.runtime = runtime;
        try {
            listener = TcpListener.bind(runtime, Loopback.port(port));
        } catch (IOException | RuntimeException e) {
            runtime.close();
            throw e;
        }
        accepting = AsyncStream.from(listener)
                .peek(socket -> accepted.increment())
                .forEachConcurrent(maxConnections, service::serve, (socket, failure) -> {
                    failed.increment();
                    socket.close();
                })
                .run(runtime);
    }

    /** Returns where it listens. */
    public InetSocketAddress address() {
        return listener.localAddress();
    }

    /** Waits until it ends, which it does by {@link #stop} or by a failure of the listener alone. */
    public void await() {
        accepting.join();
    }

    /** Ends all connections and the runtime; false if that took longer. */
    public boolean stop(Duration timeout) {
        return runtime.shutdown(timeout);
    }

    @Override
    public void close() {
        runtime.close();
    }

    /** Returns the tasks that are alive: one that accepts, and one for each connection. */
    public long liveTasks() {
        return runtime.metrics().liveTasks();
    }

    /** Returns one line for people: what was served. */
    public String totals() {
        String totals = service.totals();
        return "served " + accepted.sum() + " connections, of which " + failed.sum() + " failed"
                + (totals.isEmpty() ? "" : "; " + totals);
    }

    /** Collects garbage and returns how the process is. */
    JsonLine vitals() {
        Runtime process = Runtime.getRuntime();
        process.gc();
        return new JsonLine()
                .put("tasks", liveTasks())
                .put("accepted", accepted.sum())
                .put("failed", failed.sum())
                .put("heap", process.totalMemory() - process.freeMemory())
                .putAll(service.vitals());
    }
}
