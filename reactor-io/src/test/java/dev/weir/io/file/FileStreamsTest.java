package dev.weir.io.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.ByteBudget;
import dev.weir.io.Copy;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStreamsTest {
    @TempDir
    private Path directory;

    private TaskRuntime runtime;
    private Path file;
    private Path other;

    @BeforeEach
    void open() {
        runtime = TaskRuntime.builder().workers(1).build();
        file = directory.resolve("file");
        other = directory.resolve("other");
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    /** A pipe with a name has no position, and no disk to be forced to. */
    @Test
    void a_pipe_with_a_name_is_written_and_read() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")));
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();
        byte[] bytes = random(300_000);
        JoinHandle<Long> out = runtime.spawn(Copy.of(FileStreams.read(file), FileStreams.write(pipe)));
        JoinHandle<Long> in = runtime.spawn(Copy.of(FileStreams.read(pipe), FileStreams.write(other)));
        assertThat(out.join()).isEqualTo(bytes.length);
        assertThat(in.join()).isEqualTo(bytes.length);
        assertThat(Files.readAllBytes(other)).isEqualTo(bytes);
    }

    private byte[] random(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Files.write(file, bytes);
        return bytes;
    }

    /** Descriptors of this directory's files that this process holds; 0 where the system does not tell. */
    private long openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        Path real = directory.toRealPath();
        try (Stream<Path> each = Files.list(descriptors)) {
            return each.filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).startsWith(real);
                        } catch (IOException e) {
                            return false; // closed meanwhile
                        }
                    })
                    .count();
        }
    }

    private static <T> Pollable<List<T>> all(Source<T> source) {
        List<T> items = new ArrayList<>();
        return new Pollable<>() {
            @Override
            public Poll<List<T>> poll(dev.weir.task.Context cx) throws Exception {
                for (T item; (item = source.poll(cx)) != null; ) {
                    items.add(item);
                }
                return source.isDone() ? Poll.ready(items) : Poll.pending();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    private static <T> Pollable<T> next(Source<T> source) {
        return cx -> {
            T item = source.poll(cx);
            return item == null ? Poll.pending() : Poll.ready(item);
        };
    }

    @Test
    void a_budget_of_one_operation_is_enough() throws Exception {
        byte[] bytes = random(200_000);
        try (TaskRuntime small = TaskRuntime.builder().workers(1).budget(1).build()) {
            small.spawn(Copy.of(FileStreams.read(file), FileStreams.write(other)))
                    .join();
            assertThat(Files.readAllBytes(other)).isEqualTo(bytes);
            assertThat(small.spawn(FileCopy.of(file, other)).join()).isEqualTo(bytes.length);
            assertThat(small.spawn(all(DirectoryWalk.of(directory))).join()).hasSize(3);
        }
    }

    @Test
    void the_end_is_told_with_the_last_chunk() throws Exception {
        random(10);
        for (Source<ByteBuffer> source :
                List.of(FileStreams.read(file), FileStreams.read(file, 0, 10, 64), FileStreams.read(file, 3, 4, 4))) {
            assertThat(source.isDone()).isFalse();
            runtime.blockOn(next(source));
            assertThat(source.isDone()).as("by %s", source).isTrue();
            assertThat(runtime.blockOn(all(source))).isEmpty();
        }
        Source<ByteBuffer> nothing = FileStreams.read(directory.resolve("nobody has made this"), 0, 0, 1);
        assertThat(nothing.isDone()).isTrue();
        nothing.close();
    }

    @Test
    void a_file_that_the_system_makes_up_is_read_to_its_end() throws Exception {
        Path madeUp = Path.of("/proc/self/cmdline"); // of size 0, it says
        Assumptions.assumeTrue(Files.exists(madeUp));
        long read = runtime.spawn(Copy.of(FileStreams.read(madeUp), FileStreams.write(other)))
                .join();
        assertThat(read).isEqualTo(Files.readAllBytes(madeUp).length);
        assertThat(runtime.spawn(FileCopy.of(madeUp, other)).join()).isEqualTo(read);
        assertThat(other).hasBinaryContent(Files.readAllBytes(madeUp));
    }

    @Test
    void a_file_that_the_system_makes_up_is_read_in_few_chunks_and_copied_to_its_last_line() throws Exception {
        Path madeUp = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(madeUp));
        Copy copy = Copy.of(FileStreams.read(madeUp), FileStreams.write(other));
        runtime.spawn(copy).join();
        assertThat(copy.chunks()).isBetween(1L, 4L);
        String last = lastName(madeUp); // kernels differ in it
        assertThat(lastName(other)).isEqualTo(last);
        Files.delete(other);
        long bytes = runtime.spawn(FileCopy.of(madeUp, other)).join();
        assertThat(lastName(other)).isEqualTo(last);
        assertThat(other).hasSize(bytes);
    }

    private static String lastName(Path path) throws IOException {
        List<String> lines = Files.readAllLines(path);
        return lines.get(lines.size() - 1).split(":", 2)[0];
    }

    @Test
    void what_is_appended_before_the_end_is_reached_is_read() throws Exception {
        random(10);
        Source<ByteBuffer> source = FileStreams.read(file, 0, Long.MAX_VALUE, 4);
        runtime.blockOn(next(source));
        Files.write(file, new byte[90], StandardOpenOption.APPEND);
        assertThat(runtime.blockOn(all(source)).stream()
                        .mapToInt(ByteBuffer::remaining)
                        .sum())
                .isEqualTo(96);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 64 * 1024, 300_000})
    void what_is_read_and_written_is_the_file_and_nothing_stays_open(int size) throws Exception {
        byte[] bytes = random(size);
        SourceLaws<ByteBuffer> source = SourceLaws.check(FileStreams.read(file));
        SinkLaws<ByteBuffer> sink = SinkLaws.check(FileStreams.write(other));
        assertThat(runtime.spawn(Copy.of(source, sink)).join()).isEqualTo(size);
        assertThat(Files.readAllBytes(other)).isEqualTo(bytes);
        source.assertClosed();
        sink.assertClosed();
        await().until(() -> openFiles() == 0);
    }

    @Test
    void nothing_is_opened_or_read_without_demand() throws Exception {
        random(10);
        Source<ByteBuffer> unread = FileStreams.read(directory.resolve("not there"));
        unread.close();
        Source<ByteBuffer> source = FileStreams.read(file, 0, 10, 4);
        assertThat(openFiles()).isZero();
        assertThat(runtime.blockOn(next(source)).remaining()).isEqualTo(4);
        Files.write(file, new byte[] {1, 2, 3, 4, 77}); // so a chunk that was read ahead would differ
        assertThat(runtime.blockOn(next(source))).isEqualTo(ByteBuffer.wrap(new byte[] {77}));
        source.close();
        await().until(() -> openFiles() == 0);
    }

    @Test
    void a_chunk_counts_against_the_byte_budget_until_the_next_poll() throws Exception {
        Path file = Files.write(directory.resolve("counted"), new byte[250]);
        ByteBudget budget = ByteBudget.of(100);
        Source<ByteBuffer> one = FileStreams.read(file, 0, Long.MAX_VALUE, 100, budget);
        Source<ByteBuffer> two = FileStreams.read(file, 0, Long.MAX_VALUE, 60, budget);
        assertThat(runtime.spawn(sizeOfNext(one)).join()).isEqualTo(100);
        assertThat(budget.used()).isEqualTo(100);
        JoinHandle<Integer> waiting = runtime.spawn(sizeOfNext(two));
        while (budget.waiting() == 0) {
            Thread.onSpinWait();
        }
        one.close();
        assertThat(waiting.join()).isEqualTo(60);
        two.close();
        assertThat(budget.used()).isZero();
    }

    private static Pollable<Integer> sizeOfNext(Source<ByteBuffer> source) {
        return cx -> {
            ByteBuffer chunk = source.poll(cx);
            return chunk == null ? Poll.pending() : Poll.ready(chunk.remaining());
        };
    }

    @Test
    void a_part_begins_and_ends_where_it_was_told_to() throws Exception {
        byte[] bytes = random(1000);
        assertThat(runtime.blockOn(all(FileStreams.read(file, 990, 5, 3))))
                .containsExactly(ByteBuffer.wrap(bytes, 990, 3), ByteBuffer.wrap(bytes, 993, 2));
        assertThat(runtime.blockOn(all(FileStreams.read(file, 998, 100, 50))))
                .containsExactly(ByteBuffer.wrap(bytes, 998, 2));
        assertThat(runtime.blockOn(all(FileStreams.read(file, 2000, 100, 50)))).isEmpty();
        assertThat(runtime.blockOn(all(FileStreams.read(file, 0, 0, 50)))).isEmpty();
    }

    @Test
    void a_file_can_be_appended_to_and_overwritten_in_the_middle() throws Exception {
        Files.writeString(file, "0123456789");
        Files.writeString(other, "ab");
        runtime.blockOn(Copy.of(FileStreams.read(other), FileStreams.append(file)));
        assertThat(file).hasContent("0123456789ab");
        runtime.blockOn(Copy.of(FileStreams.read(other), FileStreams.write(file, 3, StandardOpenOption.WRITE)));
        assertThat(file).hasContent("012ab56789ab");
    }

    @Test
    void a_file_that_is_not_there_fails_the_source_the_sink_and_the_copy() {
        Path nowhere = directory.resolve("nowhere/file");
        assertThatThrownBy(() -> runtime.blockOn(all(FileStreams.read(nowhere))))
                .hasCauseInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> runtime.blockOn(Copy.of(FileStreams.read(nowhere), FileStreams.write(other))))
                .hasCauseInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> runtime.blockOn(FileCopy.of(nowhere, other)))
                .hasCauseInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> runtime.blockOn(all(DirectoryWalk.of(nowhere))))
                .hasCauseInstanceOf(NoSuchFileException.class);
    }

    @Test
    void a_source_that_is_given_up_while_it_reads_gives_its_descriptor_back() throws Exception {
        random(1_000_000);
        for (int i = 0; i < 200; i++) {
            JoinHandle<List<ByteBuffer>> reading = runtime.spawn(all(FileStreams.read(file, 0, Long.MAX_VALUE, 1000)));
            if (i % 2 == 0) {
                Thread.onSpinWait();
            }
            reading.cancel();
        }
        await().until(() -> runtime.metrics().liveTasks() == 0 && openFiles() == 0);
    }

    @Test
    void a_copy_within_the_system_is_whole_and_counted() throws Exception {
        byte[] bytes = random(20 << 20);
        Files.writeString(other, "what was there before");
        FileCopy copy = FileCopy.of(file, other);
        assertThat(runtime.blockOn(copy)).isEqualTo(bytes.length);
        assertThat(copy.bytes()).isEqualTo(bytes.length);
        assertThat(Files.mismatch(file, other)).isEqualTo(-1);
        await().until(() -> openFiles() == 0);
    }

    @Test
    void a_file_is_not_copied_to_itself_by_whatever_name() throws Exception {
        byte[] bytes = random(1000);
        Files.createLink(other, file);
        for (Path same : List.of(file, other)) {
            assertThatThrownBy(() -> runtime.blockOn(FileCopy.of(file, same)))
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll(file.toString(), same.toString());
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        await().until(() -> openFiles() == 0);
    }

    @Test
    void a_walk_gives_every_path_once_and_parents_first() throws Exception {
        List<Path> made = new ArrayList<>(List.of(directory));
        for (int i = 0; i < 150; i++) {
            Path sub = directory.resolve("d" + i % 10);
            if (i < 10) {
                made.add(Files.createDirectory(sub));
            }
            made.add(Files.writeString(sub.resolve("f" + i), "x"));
        }
        SourceLaws<Path> walk = SourceLaws.check(DirectoryWalk.of(directory));
        List<Path> walked = runtime.blockOn(all(walk));
        assertThat(walked).containsExactlyInAnyOrderElementsOf(made);
        for (Path each : walked.subList(1, walked.size())) {
            assertThat(walked.indexOf(each)).isGreaterThan(walked.indexOf(each.getParent()));
        }
        walk.assertClosed();
        assertThat(runtime.blockOn(all(DirectoryWalk.of(directory, 1)))).hasSize(11);
        await().until(() -> openFiles() == 0);
    }

    @Test
    void a_walk_that_is_given_up_amid_a_batch_leaves_no_directory_open_and_throws_nothing() throws Exception {
        for (int i = 0; i < 400; i++) {
            Files.createDirectories(directory.resolve("a" + i % 20 + "/b" + i));
        }
        List<Throwable> undelivered = new CopyOnWriteArrayList<>();
        try (TaskRuntime own = TaskRuntime.builder()
                .workers(1)
                .onUndeliverable(undelivered::add)
                .build()) {
            for (int i = 0; i < 300; i++) {
                DirectoryWalk walk = DirectoryWalk.of(directory);
                JoinHandle<List<Path>> walking = own.spawn(all(walk));
                long start = System.nanoTime();
                while (System.nanoTime() - start < i * 1000L) {
                    Thread.onSpinWait(); // gives it up a little later each time
                }
                walking.cancel();
            }
        }
        assertThat(undelivered).isEmpty();
        assertThat(openFiles()).isZero();
    }

    /** The names are with the walk already when one of them goes. */
    @Test
    void the_paths_that_were_listed_before_a_failure_come_first() throws Exception {
        for (int i = 0; i < 100; i++) {
            Files.createFile(directory.resolve("f" + i));
        }
        List<Path> order = runtime.blockOn(all(DirectoryWalk.of(directory)));
        SourceLaws<Path> walk = SourceLaws.check(DirectoryWalk.of(directory));
        List<Path> walked = new ArrayList<>();
        walked.add(runtime.blockOn(next(walk)));
        Path gone = order.get(80);
        Files.delete(gone);
        assertThatThrownBy(() -> runtime.blockOn(cx -> {
                    for (Path path; (path = walk.poll(cx)) != null; ) {
                        walked.add(path);
                    }
                    return walk.isDone() ? Poll.done() : Poll.pending();
                }))
                .hasCauseInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(gone.toString());
        assertThat(walked).isEqualTo(order.subList(0, 80));
        assertThat(walk.isDone()).isTrue();
        walk.close();
        assertThat(openFiles()).isZero();
    }

    @Test
    void wrong_sizes_are_refused() {
        assertThatThrownBy(() -> FileStreams.read(file, -1, 1, 1)).hasMessageContaining("position");
        assertThatThrownBy(() -> FileStreams.read(file, 0, 1, 0)).hasMessageContaining("chunk");
        assertThatThrownBy(() -> DirectoryWalk.of(file, -1)).hasMessageContaining("depth");
    }
}
