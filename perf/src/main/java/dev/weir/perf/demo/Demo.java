package dev.weir.perf.demo;

import dev.weir.io.net.TcpOptions;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One run: a server and its clients, each on a runtime of their own. Clients that want more than there is time for are
 * ended in order when it is over.
 */
final class Demo implements AutoCloseable {
    /** Small, so that a client that stalls is felt by the server within a second. */
    private static final TcpOptions OPTIONS =
            TcpOptions.DEFAULT.withSendBuffer(256 << 10).withReceiveBuffer(256 << 10);

    /** What a client may still have to read when the server has ended, at its pace, and some patience. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final SharedFile file;
    private final Duration work;
    private final Ledger ledger = new Ledger();
    private final ClassCounters.All counters = new ClassCounters.All();
    private final List<FileClient> clients = new ArrayList<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final TaskRuntime serving;
    private final TaskRuntime receiving;
    private final FileServer server;
    private long begun = System.nanoTime();

    /**
     * Prepares a run.
     *
     * @param clients at least 1
     * @param length how long it takes, about
     * @param between a stage between the file and the sockets; the identity unless the books are to be tested
     */
    Demo(SharedFile file, int clients, Duration length, UnaryOperator<AsyncStream<ByteBuffer>> between)
            throws IOException {
        this.file = file;
        this.work =
                length.compareTo(Duration.ofSeconds(6)) > 0 ? length.minus(Duration.ofSeconds(3)) : length.dividedBy(2);
        int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        serving = TaskRuntime.builder().name("server").workers(workers).build();
        receiving = TaskRuntime.builder().name("clients").workers(workers).build();
        server = new FileServer(serving, OPTIONS, file, ledger, counters, this::isOver, between);
        for (int i = 0; i < clients; i++) {
            Pace pace = Pace.of(i);
            this.clients.add(new FileClient(pace, file.size(), work, counters.of(pace)));
        }
    }

    private boolean isOver() {
        return System.nanoTime() - begun > work.toNanos();
    }

    /**
     * Runs to the end.
     *
     * @param period how often the observer is called
     * @param observer sees how it goes, on the calling thread
     */
    Outcome run(Duration period, Consumer<Snapshot> observer) throws IOException, InterruptedException {
        begun = System.nanoTime();
        List<JoinHandle<?>> handles = new ArrayList<>();
        handles.add(serving.spawn(server.serve(clients.size(), (socket, failure) -> {
            errors.add("server: " + failure);
            socket.close();
        })));
        for (FileClient client : clients) {
            handles.add(receiving.spawn(client.run(server.address(), OPTIONS)));
        }
        long deadline = begun + work.plus(GRACE).toNanos();
        for (JoinHandle<?> handle : handles) {
            while (!isJoined(handle, period)) {
                observer.accept(snapshot());
                if (System.nanoTime() - deadline > 0) {
                    handle.cancel();
                }
            }
        }
        observer.accept(snapshot());
        return Outcome.of(this);
    }

    private boolean isJoined(JoinHandle<?> handle, Duration period) throws InterruptedException {
        try {
            handle.join(period);
        } catch (TimeoutException e) {
            return false;
        } catch (CompletionException e) {
            errors.add(String.valueOf(e.getCause()));
        } catch (CancellationException e) {
            errors.add("not ended " + GRACE.toSeconds() + " s after its time");
        }
        return true;
    }

    Snapshot snapshot() {
        return Snapshot.of(Duration.ofNanos(System.nanoTime() - begun), counters, ledger, bound());
    }

    /** Returns the most bytes that may ever lie between the file and the sockets: one frame for each connection. */
    long bound() {
        return (long) clients.size() * FileServer.MOST_A_CONNECTION;
    }

    SharedFile file() {
        return file;
    }

    Ledger ledger() {
        return ledger;
    }

    List<FileClient> clients() {
        return clients;
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    @Override
    public void close() {
        receiving.close();
        serving.close();
    }
}
