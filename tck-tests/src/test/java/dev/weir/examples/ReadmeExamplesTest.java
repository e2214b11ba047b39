package dev.weir.examples;

import static dev.weir.runtime.TaskScope.Policy.SHUTDOWN_ON_FAILURE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.runtime.TaskScope;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import dev.weir.time.Timeout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

/** The examples of README.md: every block of Java there stands here or in a test beside this one, and runs. */
class ReadmeExamplesTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void anEchoServer() throws Exception {
        InetSocketAddress address = ANY_PORT;
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            var listener = TcpListener.bind(runtime, address);

            JoinHandle<Long> server = AsyncStream.from(listener)
                    .forEachConcurrent(
                            10_000,
                            socket -> socket.writer().drain(socket.reader()),
                            (socket, failure) -> System.err.println(socket + ": " + failure))
                    .run(runtime);

            try (Socket client = new Socket()) {
                client.connect(listener.localAddress());
                client.getOutputStream().write("weir".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("weir");
            }
            assertThat(server.isDone()).isFalse();
        }
    }

    @Test
    void anyPublisherInAndAnyPublisherOut() throws Exception {
        Publisher<String> theirs =
                AsyncStream.of("a request is ", "what makes the kernel send").on(TaskRuntime.shared());
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            var listener = TcpListener.bind(runtime, ANY_PORT);
            JoinHandle<String> received = runtime.spawn(AsyncStream.from(listener)
                    .take(1)
                    .concatMap(socket -> AsyncStream.from(socket.reader()))
                    .map(bytes -> StandardCharsets.UTF_8.decode(bytes).toString())
                    .collect(Collectors.joining()));
            TcpStream socket = runtime.blockOn(TcpStream.connect(listener.localAddress()));

            // one read of the socket for each item that is requested
            Publisher<ByteBuffer> wire = AsyncStream.from(socket.reader()).on(runtime);

            // one item of theirs is requested whenever the socket has room for it
            JoinHandle<Long> sent = AsyncStream.from(theirs)
                    .map(line -> StandardCharsets.UTF_8.encode(line))
                    .into(socket.writer())
                    .run(runtime);

            assertThat(sent.join()).isEqualTo(2);
            assertThat(received.join()).isEqualTo("a request is what makes the kernel send");
            assertThat(wire).isNotNull();
            socket.close();
        }
    }

    @Test
    void tasks() {
        Pollable<String> fetch = cx -> Poll.ready("report");
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            JoinHandle<String> report = runtime.spawn(Timeout.of(fetch, Duration.ofSeconds(2)));
            report.join(); // blocks a thread, cheaply if it is a virtual one
            report.toCompletionStage(); // or the JDK's way
            assertThat(report.join()).isEqualTo("report");

            JoinHandle<?> late = runtime.spawn(Timeout.of(Sleep.of(Duration.ofDays(1)), Duration.ofMillis(1)));
            assertThat(catchThrowable(late::join))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void tasksInAScope() {
        Pollable<String> findUser = Pollable.ready("alice");
        Pollable<String> fetchOrder = Pollable.yieldNow().map(nothing -> "tea");
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            try (TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
                JoinHandle<String> user = scope.spawn(findUser);
                JoinHandle<String> order = scope.spawn(fetchOrder);
                scope.join(); // throws what failed first, when both have ended
                System.out.println(user.join() + " ordered " + order.join());
            }
        }
    }

    @Test
    void theReadmeShowsWhatRunsHere() throws Exception {
        StringBuilder run = new StringBuilder();
        try (Stream<Path> tests = Files.list(Path.of("src/test/java/dev/weir/examples"))) {
            for (Path test : (Iterable<Path>) tests::iterator) {
                run.append(stripped(Files.readString(test))).append('\n');
            }
        }
        Matcher blocks =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("../README.md")));
        List<String> shown =
                blocks.results().map(block -> stripped(block.group(1))).toList();
        assertThat(shown)
                .isNotEmpty()
                .allSatisfy(block -> assertThat(run.toString()).contains(block));
    }

    /** Indentation and blank lines are the page's own. */
    private static String stripped(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}
