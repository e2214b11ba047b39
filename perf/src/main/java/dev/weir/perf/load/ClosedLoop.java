package dev.weir.perf.load;

import dev.weir.perf.load.Exchange.WrongAnswerException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Drives all connections from the calling thread. A latency spans from just before the first write of a request to just
 * after the read that completed an answer to it; where nothing is requested, from one completed operation to the next.
 */
final class ClosedLoop implements AutoCloseable {
    private static final int READ = 128 * 1024;
    private static final int CONNECT_MILLIS = 10_000;

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(READ);
    private final LoadResult result = new LoadResult();
    private int open;
    private long measureFrom;
    private long measureTo;
    private boolean over;

    /** Connects, one after the other. */
    ClosedLoop(InetSocketAddress server, int count, IntFunction<Exchange> exchanges) throws IOException {
        selector = Selector.open();
        try {
            for (int i = 0; i < count; i++) {
                connections.add(new Connection(connect(server), exchanges.apply(i)));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        open = count;
    }

    private static SocketChannel connect(InetSocketAddress server) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(server, CONNECT_MILLIS);
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Runs for the two times, and counts during the second. Ends early when no connection is left. */
    LoadResult run(Duration warmup, Duration measured) throws IOException {
        measureFrom = System.nanoTime() + warmup.toNanos();
        measureTo = measureFrom + measured.toNanos();
        for (Connection each : connections) {
            each.key = each.channel.register(selector, SelectionKey.OP_READ, each);
            each.begin();
        }
        while (!over && open > 0) {
            long left = measureTo - System.nanoTime();
            if (left <= 0) {
                break;
            }
            selector.select(key -> ((Connection) key.attachment()).ready(), left / 1_000_000 + 1);
        }
        result.nanos = measured.toNanos();
        return result;
    }

    @Override
    public void close() throws IOException {
        for (Connection each : connections) {
            each.channel.close();
        }
        selector.close();
    }

    private final class Connection {
        final SocketChannel channel;
        final Exchange exchange;
        private ByteBuffer request;
        private long begun;
        private SelectionKey key;

        @SuppressWarnings("NullAway") // the key is set when the run begins
        Connection(SocketChannel channel, Exchange exchange) {
            this.channel = channel;
            this.exchange = exchange;
            this.request = exchange.nextRequest();
        }

        void begin() {
            begun = System.nanoTime();
            try {
                write();
            } catch (IOException e) {
                fail(e);
            }
        }

        void ready() {
            try {
                if (key.isWritable()) {
                    write();
                }
                if (key.isReadable()) {
                    read();
                }
            } catch (IOException | WrongAnswerException e) {
                fail(e);
            }
        }

        /** Writes what is left of the request, and waits for room only if some of it stays. */
        private void write() throws IOException {
            if (request.hasRemaining()) {
                channel.write(request);
            }
            int interest = request.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
        }

        private void read() throws IOException, WrongAnswerException {
            int n = channel.read(scratch.clear());
            if (n < 0) {
                throw new IOException("the server has closed the connection");
            }
            int completed = exchange.take(scratch.flip());
            if (n == 0) {
                return;
            }
            long now = System.nanoTime();
            count(now, completed, n);
            if (exchange.isAnswered()) {
                if (request.hasRemaining()) {
                    throw new WrongAnswerException("answered before the request was sent");
                }
                request = exchange.nextRequest();
                begun = now;
                write();
            } else if (completed > 0 && !request.hasRemaining() && request.capacity() == 0) {
                begun = now;
            }
        }

        private void count(long now, int operations, int bytes) {
            if (now - measureTo >= 0) {
                over = true;
            } else if (now - measureFrom >= 0) {
                result.count(operations, now - begun, bytes);
            }
        }

        private void fail(Exception reason) {
            result.fail(reason);
            open--;
            key.cancel();
            try {
                channel.close();
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
