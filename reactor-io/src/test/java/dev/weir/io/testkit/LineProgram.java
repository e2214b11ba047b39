package dev.weir.io.testkit;

import dev.weir.io.ByteListener;
import dev.weir.io.ByteStream;
import dev.weir.io.Network;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers each line with the same line in capitals, and clients that send lines in pieces, end their
 * direction, and read to the end. Knows its network by its interface only: what runs on sockets and in the simulation
 * is this very class.
 *
 * @param <S> the type of the streams
 */
final class LineProgram<S extends ByteStream> {
    private final TaskRuntime runtime;
    private final Network<S> network;
    private final Random random;
    private final ByteListener<S> listener;

    LineProgram(TaskRuntime runtime, Network<S> network, InetSocketAddress address, Random random) throws IOException {
        this.runtime = runtime;
        this.network = network;
        this.random = random;
        this.listener = network.listen(address);
        runtime.task().name("server").spawn(new Server());
    }

    /** Runs clients and ends when all have; answers with what became of each. */
    Pollable<List<Report>> clients(int count) {
        List<JoinHandle<Report>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> lines = new ArrayList<>();
            for (int line = random.nextInt(6); line >= 0; line--) {
                lines.add("line " + line + " of client " + i + " " + "x".repeat(random.nextInt(100)));
            }
            all.add(runtime.task().name("client " + i).spawn(new Client(lines, 1 + random.nextInt(40))));
        }
        List<Report> reports = new ArrayList<>();
        return cx -> {
            while (reports.size() < count) {
                Poll<Report> next = all.get(reports.size()).poll(cx);
                if (next.isPending()) {
                    return Poll.pending();
                }
                reports.add(next.get());
            }
            return Poll.ready(reports);
        };
    }

    void stop() {
        listener.close();
    }

    /**
     * What became of a client.
     *
     * @param expected all that it should have got
     * @param got what it got
     * @param failure what broke its connection, or null if that ended in order
     */
    record Report(String expected, String got, @Nullable Exception failure) {}

    private final class Server implements Pollable<@Nullable Void> {
        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            for (S stream = listener.poll(cx); stream != null; stream = listener.poll(cx)) {
                runtime.task().name("connection").spawn(new Shout(stream));
            }
            return Poll.pending();
        }

        @Override
        public void close() {
            listener.close();
        }
    }

    /** Answers line by line: one line is in its hands at most, and none is read that cannot be answered. */
    private static final class Shout implements Pollable<@Nullable Void> {
        private final SourceLaws<ByteBuffer> reader;
        private final SinkLaws<ByteBuffer> writer;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final Queue<ByteBuffer> answers = new ArrayDeque<>();
        private boolean ended;

        Shout(ByteStream stream) {
            reader = SourceLaws.check(stream.reader());
            writer = SinkLaws.check(stream.writer());
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            while (writer.pollReady(cx)) {
                ByteBuffer answer = answers.poll();
                if (answer != null) {
                    writer.send(answer);
                } else if (ended) {
                    return writer.pollFinish(cx) ? Poll.done() : Poll.pending();
                } else {
                    ByteBuffer bytes = reader.poll(cx);
                    if (bytes != null) {
                        digest(bytes);
                    } else if (reader.isDone()) {
                        reader.poll(cx);
                        ended = true;
                    } else {
                        writer.pollFlush(cx);
                        return Poll.pending();
                    }
                }
            }
            return Poll.pending();
        }

        private void digest(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                byte next = bytes.get();
                line.write(next);
                if (next == '\n') {
                    String whole = line.toString(StandardCharsets.US_ASCII);
                    answers.add(StandardCharsets.US_ASCII.encode(whole.toUpperCase(Locale.ROOT)));
                    line.reset();
                }
            }
        }

        @Override
        public void close() {
            reader.close();
            writer.close();
            reader.assertClosed();
            writer.assertClosed();
        }
    }

    private final class Client implements Pollable<Report> {
        private final String request;
        private final Queue<ByteBuffer> pieces = new ArrayDeque<>();
        private final ByteArrayOutputStream got = new ByteArrayOutputStream();
        private final Pollable<S> connect = network.connect((InetSocketAddress) listener.localAddress());
        private boolean connected;
        private @Nullable Source<ByteBuffer> reader;
        private @Nullable Sink<ByteBuffer> writer;
        private boolean finished;

        Client(List<String> lines, int pieceSize) {
            request = String.join("\n", lines) + "\n";
            byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
            for (int at = 0; at < bytes.length; at += pieceSize) {
                pieces.add(ByteBuffer.wrap(bytes, at, Math.min(pieceSize, bytes.length - at))
                        .slice());
            }
        }

        @Override
        public Poll<Report> poll(Context cx) {
            try {
                return talk(cx) ? Poll.ready(report(null)) : Poll.pending();
            } catch (Exception broken) {
                return Poll.ready(report(broken));
            }
        }

        private Report report(@Nullable Exception failure) {
            return new Report(request.toUpperCase(Locale.ROOT), got.toString(StandardCharsets.US_ASCII), failure);
        }

        private boolean talk(Context cx) throws Exception {
            if (!connected) {
                Poll<S> opened = connect.poll(cx);
                if (opened.isPending()) {
                    return false;
                }
                connected = true;
                reader = opened.get().reader();
                writer = opened.get().writer();
            }
            finished = finished || write(cx);
            for (ByteBuffer bytes = reader.poll(cx); bytes != null; bytes = reader.poll(cx)) {
                got.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            }
            if (!reader.isDone()) {
                return false;
            }
            reader.poll(cx);
            return finished;
        }

        private boolean write(Context cx) throws Exception {
            while (!pieces.isEmpty()) {
                if (!writer.pollReady(cx)) {
                    return false;
                }
                writer.send(pieces.remove());
            }
            return writer.pollFinish(cx);
        }

        @Override
        public void close() {
            connect.close();
            if (reader != null) {
                reader.close();
                writer.close();
            }
        }
    }
}
