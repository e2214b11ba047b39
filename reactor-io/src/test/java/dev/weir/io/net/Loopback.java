package dev.weir.io.net;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A listener on a free loopback port, and what the tests of sockets share. */
record Loopback(TaskRuntime runtime, TcpListener listener) implements AutoCloseable {
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

    /** Pulls a source to its end and counts what came. */
    static <T> Pollable<Long> count(Source<T> source) {
        return new Pollable<>() {
            private long count;

            @Override
            public Poll<Long> poll(Context cx) throws Exception {
                while (source.poll(cx) != null) {
                    count++;
                }
                return source.isDone() ? Poll.ready(count) : Poll.pending();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    /** Descriptors of this process, or -1 where the system does not tell. */
    static long openDescriptors() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return -1;
        }
        try (Stream<Path> each = Files.list(descriptors)) {
            return each.count();
        }
    }

    static @Nullable Void nothing() {
        return null;
    }

    @Override
    public void close() {
        listener.close();
    }
}
