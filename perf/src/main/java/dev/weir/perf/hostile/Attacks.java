package dev.weir.perf.hostile;

import dev.weir.perf.wire.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** What a hostile client does. Each method blocks until it is done. */
final class Attacks {
    /** Without room to write: held back. */
    private static final int QUIET_MILLIS = 300;

    /** The same for who must not be held back, so that only the server is judged and not the machine's other load. */
    private static final int STUCK_MILLIS = 10_000;

    private static final int ENOUGH_FOR_AN_ANSWER = 100;
    private static final int MOST_TO_THE_DEAF = 16 << 20;
    private static final int MOST_TO_A_SINK = 1 << 20;

    /** Of the client; the kernel grows those of the server to several MiB. */
    private static final int SOCKET_BUFFER = 64 << 10;

    private Attacks() {}

    /** Connects, sends, and resets the connection while data is on its way in both directions. */
    static void resets(Victim victim, int port, int count) throws IOException {
        byte[] talk = victim.talk(20_000);
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            try (Socket socket = Victim.connect(port)) {
                socket.setSoLinger(true, 0);
                int sent = random.nextInt(talk.length);
                socket.getOutputStream().write(talk, 0, sent);
                boolean isAnswered = sent >= ENOUGH_FOR_AN_ANSWER && victim != Victim.SINK;
                if (isAnswered && random.nextBoolean()) {
                    socket.getInputStream().read(new byte[1 + random.nextInt(100)]);
                }
            } catch (SocketException e) {
                // cut short by the server, which is its right
            }
        }
    }

    /** Opens short connections, each of which has to be served. */
    static void visits(Victim victim, int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            victim.visit(port);
        }
    }

    /** Opens connections and leaves them open. */
    static Stalled idlers(int port, int count) throws IOException {
        return new Stalled(port, count, new byte[0], 0, QUIET_MILLIS);
    }

    /** Sends on many connections until the kernel takes no more, and never reads. */
    static Stalled deaf(Victim victim, int port, int count) throws IOException {
        byte[] talk = victim.talk(64 * 1024);
        return victim == Victim.SINK
                ? new Stalled(port, count, talk, MOST_TO_A_SINK, STUCK_MILLIS)
                : new Stalled(port, count, talk, MOST_TO_THE_DEAF, QUIET_MILLIS);
    }

    /** Sends bytes in random pieces over several connections at once, and expects each to come back. */
    static void pieces(int port, int connections, int bytesEach) throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<Void>> all = Stream.iterate(0, i -> i < connections, i -> i + 1)
                    .map(seed -> CompletableFuture.runAsync(() -> piecesOf(port, seed, bytesEach, threads), threads))
                    .toList();
            all.forEach(CompletableFuture::join);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void piecesOf(int port, int seed, int bytes, ExecutorService threads) {
        byte[] sent = new byte[bytes];
        Random random = new Random(seed);
        random.nextBytes(sent);
        try (Socket socket = Victim.connect(port)) {
            InputStream in = socket.getInputStream();
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> readAll(in), threads);
            OutputStream out = socket.getOutputStream();
            for (int at = 0; at < bytes; ) {
                int piece = Math.min(bytes - at, 1 + random.nextInt(random.nextBoolean() ? 100 : 200_000));
                out.write(sent, at, piece);
                at += piece;
            }
            socket.shutdownOutput();
            if (!Arrays.equals(received.join(), sent)) {
                throw new IOException("the pieces did not come back whole");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] readAll(InputStream in) {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connections that stay as they are until they are closed. */
    static final class Stalled implements AutoCloseable {
        private final List<SocketChannel> channels = new ArrayList<>();
        private final int mostEach;
        private long sent;

        private Stalled(int port, int count, byte[] talk, int mostEach, int patienceMillis) throws IOException {
            this.mostEach = mostEach;
            try (Selector selector = Selector.open()) {
                for (int i = 0; i < count; i++) {
                    SocketChannel channel = SocketChannel.open();
                    channels.add(channel);
                    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
                    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
                    channel.connect(Loopback.port(port));
                    channel.configureBlocking(false);
                    if (talk.length > 0) {
                        channel.register(selector, SelectionKey.OP_WRITE, new long[1]);
                    }
                }
                ByteBuffer bytes = ByteBuffer.allocateDirect(talk.length).put(talk);
                while (!selector.keys().isEmpty() && selector.select(key -> send(key, bytes), patienceMillis) > 0) {
                    selector.selectNow();
                }
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        /** Goes on where the last write stopped, so that what is sent stays a sequence of requests. */
        private void send(SelectionKey key, ByteBuffer talk) {
            long[] already = (long[]) key.attachment();
            try {
                int n = ((SocketChannel) key.channel())
                        .write(talk.clear().position((int) (already[0] % talk.capacity())));
                already[0] += n;
                sent += n;
                if (already[0] >= mostEach) {
                    key.cancel();
                }
            } catch (IOException e) {
                key.cancel(); // the server has had enough
            }
        }

        int size() {
            return channels.size();
        }

        /** Tells whether the server has stopped taking what was sent. */
        boolean isHeldBack() {
            return sent < (long) channels.size() * mostEach;
        }

        long sent() {
            return sent;
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }
}
