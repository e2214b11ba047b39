package dev.weir.tck;

import dev.weir.io.ByteListener;
import dev.weir.io.ByteStream;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The other side of a stream under test: read or fed by a task, and closed with it, as nobody takes its other half.
 */
record FarSide(ByteStream stream, Pollable<Long> work) implements Pollable<Long> {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Path DIRECTORY = temporary();

    @Override
    public Poll<Long> poll(Context cx) throws Exception {
        return work.poll(cx);
    }

    @Override
    public void close() {
        work.close();
        stream.close();
    }

    static <S extends ByteStream> Pollable<S> accept(ByteListener<S> listener) {
        return cx -> {
            S stream = listener.poll(cx);
            return stream == null ? Poll.pending() : Poll.ready(stream);
        };
    }

    /** Where nothing is yet; what is there when the JVM ends is deleted. */
    static Path freshPath() {
        return DIRECTORY.resolve(Integer.toString(NUMBER.incrementAndGet()));
    }

    private static Path temporary() {
        try {
            Path directory = Files.createTempDirectory("weir-tck");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path path : left) {
                Files.delete(path);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
