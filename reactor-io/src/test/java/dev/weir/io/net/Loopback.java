package dev.weir.io.net;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A listener on a free loopback port, and what the tests of sockets share. */
record Loopback(TaskRuntime runtime, TcpListener listener) implements AutoCloseable {
    /**
     * Bound at every address and not listening: who connects is refused, and nobody else is given the port meanwhile. Who
     * asks for it by its number may listen there, as the address is reused.
     */
    private static final Socket NOBODY = new Socket();

    static {
        // From its first connection on the JDK keeps one socket for itself: no test shall count it as lost.
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(listening.getInetAddress(), listening.getLocalPort());
                Socket accepted = listening.accept()) {
            accepted.getOutputStream().write(socket.getInputStream().available());
            NOBODY.setReuseAddress(true);
            NOBODY.bind(new InetSocketAddress(0));
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Returns an address that refuses connections. */
    static InetSocketAddress nobody() {
        return (InetSocketAddress) NOBODY.getLocalSocketAddress();
    }

    static Loopback listen(TaskRuntime runtime) throws IOException {
        return listen(runtime, TcpOptions.DEFAULT);
    }

    static Loopback listen(TaskRuntime runtime, TcpOptions options) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new Loopback(runtime, TcpListener.bind(anyPort, options));
    }

    /** Connects a plain blocking socket. */
    Socket connect() throws IOException {
        return new Socket(
                listener.localAddress().getAddress(), listener.localAddress().getPort());
    }

    /** Accepts the next connection. */
    TcpStream accept() {
        return runtime.spawn(next(listener)).join();
    }

    /** The next item of a source, which stays open. */
    static <T> Pollable<T> next(Source<T> source) {
        return cx -> {
            T item = source.poll(cx);
            if (item != null) {
                return Poll.ready(item);
            }
            if (source.isDone()) {
                throw new IllegalStateException("ended instead of giving an item");
            }
            return Poll.pending();
        };
    }

    /** Polls a source of which nothing comes, once. */
    static Pollable<@Nullable Void> askInVain(Source<?> source) {
        return cx -> {
            if (source.poll(cx) != null || source.isDone()) {
                throw new IllegalStateException(source + " gave an item, or ended");
            }
            return Poll.done();
        };
    }

    /** Pulls a source to its end, counts what came, and closes it. */
    static <T> Pollable<Long> count(Source<T> source) {
        return forEach(source, item -> {});
    }

    /** Pulls a source to its end, shows what came, and closes it. */
    static <T> Pollable<Long> forEach(Source<T> source, Consumer<T> action) {
        return new Pollable<>() {
            private long count;

            @Override
            public Poll<Long> poll(Context cx) throws Exception {
                for (T item; (item = source.poll(cx)) != null; count++) {
                    action.accept(item);
                }
                return source.isDone() ? Poll.ready(count) : Poll.pending();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    /** Pulls a source to its end and leaves it open. */
    static <T> Pollable<@Nullable Void> untilDone(Source<T> source) {
        return cx -> {
            while (source.poll(cx) != null) {}
            return source.isDone() ? Poll.done() : Poll.pending();
        };
    }

    /** So many buffers of zeros. */
    static Source<ByteBuffer> items(int size, long count) {
        return source(
                Stream.generate(() -> ByteBuffer.allocate(size)).limit(count).iterator());
    }

    static <T> Source<T> source(Iterator<T> items) {
        return new Source<>() {
            @Override
            public @Nullable T poll(Context cx) {
                return items.hasNext() && cx.charge() ? items.next() : null;
            }

            @Override
            public boolean isDone() {
                return !items.hasNext();
            }

            @Override
            public void close() {}
        };
    }

    /** Sockets this process holds; always 0 where the system does not tell. */
    static long openSockets() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> each = Files.list(descriptors)) {
            return each.filter(Loopback::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Override
    public void close() {
        listener.close();
    }
}
