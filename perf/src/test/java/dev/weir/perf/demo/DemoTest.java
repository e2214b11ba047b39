package dev.weir.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.AsyncStream;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private static final int CLIENTS = 6;

    @TempDir
    private Path directory;

    @Test
    void everything_holds_when_the_time_cuts_the_streams() throws Exception {
        List<Snapshot> seen = new ArrayList<>();
        long more = 1L << 34; // than any machine sends in the time
        try (SharedFile file = SharedFile.make(more, 16 * FileServer.CHUNK);
                Demo demo = new Demo(file, CLIENTS, Duration.ofSeconds(4), UnaryOperator.identity())) {
            Outcome outcome = demo.run(Duration.ofMillis(50), seen::add);
            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.isGood()).isTrue();
            assertThat(outcome.most()).isBetween((long) FileServer.CHUNK, outcome.bound());
            assertThat(outcome.bound()).isEqualTo(CLIENTS * (65536L + 8));
            assertThat(outcome.full()).isLessThan(CLIENTS);
            assertThat(outcome.fileDigests()).isEqualTo(CLIENTS);
        }
        assertThat(seen)
                .anySatisfy(snapshot -> assertThat(snapshot.all().stalled()).isPositive());
        Snapshot last = seen.get(seen.size() - 1);
        assertThat(last.inside()).isZero();
        assertThat(last.rows()).allSatisfy(row -> {
            assertThat(row.finished()).isEqualTo(row.clients());
            assertThat(row.inFlight() + row.demand() + row.stalled()).isZero();
        });
    }

    @Test
    void everything_holds_for_a_file_of_odd_length_and_for_an_empty_one() throws Exception {
        for (int size : new int[] {0, 1, 65_536, 1_000_003}) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            Outcome outcome = run(Files.write(directory.resolve("file-" + size), content), UnaryOperator.identity());
            assertThat(outcome.errors()).isEmpty();
            assertThat(outcome.isGood()).isTrue();
            assertThat(outcome.full()).isEqualTo(CLIENTS);
            assertThat(outcome.bytes()).isEqualTo((long) CLIENTS * size);
        }
    }

    @Test
    void a_stage_that_reads_ahead_breaks_the_bound_and_is_found_out() throws Exception {
        Outcome outcome = run(content(), chunks -> AsyncStream.from(new ReadAhead(chunks.open(), 8)));
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.digestsEqual()).isTrue();
        assertThat(outcome.boundHeld()).isFalse();
        assertThat(outcome.isGood()).isFalse();
    }

    @Test
    void a_stage_that_damages_a_byte_is_found_out() throws Exception {
        Outcome outcome = run(
                content(),
                chunks -> chunks.peek(chunk -> {
                    if (chunk.remaining() > Frames.END) {
                        chunk.put(chunk.limit() - 1, (byte) (chunk.get(chunk.limit() - 1) + 1));
                    }
                }));
        assertThat(outcome.errors()).anySatisfy(error -> assertThat(error).contains("digest"));
        assertThat(outcome.isGood()).isFalse();
    }

    @Test
    void a_stage_that_loses_a_chunk_is_found_out() throws Exception {
        Outcome outcome = run(content(), chunks -> chunks.skip(1));
        assertThat(outcome.everyClientFinished()).isFalse();
        assertThat(outcome.isGood()).isFalse();
    }

    @Test
    void a_stage_that_ends_early_is_found_out() throws Exception {
        Outcome outcome = run(content(), chunks -> chunks.take(3));
        assertThat(outcome.errors()).hasSize(CLIENTS);
        assertThat(outcome.everyClientFinished()).isFalse();
        assertThat(outcome.isGood()).isFalse();
    }

    private Path content() throws Exception {
        byte[] content = new byte[4 << 20];
        new Random(4).nextBytes(content);
        return Files.write(directory.resolve("content"), content);
    }

    private static Outcome run(Path path, UnaryOperator<AsyncStream<ByteBuffer>> between) throws Exception {
        try (SharedFile file = SharedFile.open(path);
                Demo demo = new Demo(file, CLIENTS, Duration.ofSeconds(4), between)) {
            return demo.run(Duration.ofMillis(50), snapshot -> {});
        }
    }

    /** What the demo promises not to do. */
    private static final class ReadAhead implements Source<ByteBuffer> {
        private final Source<ByteBuffer> upstream;
        private final int depth;
        private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();

        ReadAhead(Source<ByteBuffer> upstream, int depth) {
            this.upstream = upstream;
            this.depth = depth;
        }

        @Override
        public @Nullable ByteBuffer poll(Context cx) throws Exception {
            while (queue.size() < depth && !upstream.isDone()) {
                ByteBuffer chunk = upstream.poll(cx);
                if (chunk == null) {
                    break;
                }
                queue.add(chunk);
            }
            return queue.size() == depth || upstream.isDone() ? queue.poll() : null;
        }

        @Override
        public boolean isDone() {
            return upstream.isDone() && queue.isEmpty();
        }

        @Override
        public void close() {
            upstream.close();
        }
    }
}
