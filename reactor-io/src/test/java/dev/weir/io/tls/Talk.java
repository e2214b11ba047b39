package dev.weir.io.tls;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the tests of TLS say and hear. */
final class Talk {
    private Talk() {}

    /** Reads to the end, and leaves the source open. */
    static Pollable<byte[]> all(Source<ByteBuffer> source) {
        return all(source, new ByteArrayOutputStream());
    }

    /** As above, and keeps what it got when it fails. */
    static Pollable<byte[]> all(Source<ByteBuffer> source, ByteArrayOutputStream got) {
        return cx -> {
            for (ByteBuffer bytes; (bytes = source.poll(cx)) != null; ) {
                got.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            }
            return source.isDone() ? Poll.ready(got.toByteArray()) : Poll.pending();
        };
    }

    /** Reads until so many bytes have come. */
    static Pollable<byte[]> some(Source<ByteBuffer> source, int count) {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        return cx -> {
            while (got.size() < count) {
                ByteBuffer bytes = source.poll(cx);
                if (bytes == null) {
                    if (source.isDone()) {
                        throw new IllegalStateException("ended after " + got.size());
                    }
                    return Poll.pending();
                }
                got.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            }
            return Poll.ready(got.toByteArray());
        };
    }

    /** Sends these bytes and flushes them. */
    static Pollable<@Nullable Void> send(Sink<ByteBuffer> sink, byte... bytes) {
        ByteBuffer item = ByteBuffer.wrap(bytes);
        return new Pollable<>() {
            private boolean sent;

            @Override
            public Poll<@Nullable Void> poll(Context cx) throws Exception {
                if (!sent) {
                    if (!sink.pollReady(cx)) {
                        return Poll.pending();
                    }
                    sink.send(item);
                    sent = true;
                }
                return sink.pollFlush(cx) ? Poll.done() : Poll.pending();
            }
        };
    }

    static Pollable<@Nullable Void> finish(Sink<ByteBuffer> sink) {
        return cx -> sink.pollFinish(cx) ? Poll.done() : Poll.pending();
    }

    /** These bytes in items of a size. */
    static Source<ByteBuffer> pieces(byte[] bytes, int size) {
        return new Source<>() {
            private int at;

            @Override
            public @Nullable ByteBuffer poll(Context cx) {
                if (isDone() || !cx.charge()) {
                    return null;
                }
                int n = Math.min(size, bytes.length - at);
                ByteBuffer piece = ByteBuffer.wrap(bytes, at, n).slice();
                at += n;
                return piece;
            }

            @Override
            public boolean isDone() {
                return at == bytes.length;
            }

            @Override
            public void close() {}
        };
    }

    /** Sends a source and flushes it, and leaves the sink open; TLS 1.2 has no half-close. */
    static Pollable<Long> unfinished(Source<ByteBuffer> source, Sink<ByteBuffer> sink) {
        return new Pollable<>() {
            private long bytes;

            @Override
            public Poll<Long> poll(Context cx) throws Exception {
                while (sink.pollReady(cx)) {
                    ByteBuffer item = source.poll(cx);
                    if (item == null) {
                        return source.isDone() && sink.pollFlush(cx) ? Poll.ready(bytes) : Poll.pending();
                    }
                    bytes += item.remaining();
                    sink.send(item);
                }
                return Poll.pending();
            }
        };
    }
}
