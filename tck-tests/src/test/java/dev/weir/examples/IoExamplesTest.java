package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.io.ByteListener;
import dev.weir.io.ByteStream;
import dev.weir.io.Copy;
import dev.weir.io.Duplex;
import dev.weir.io.Network;
import dev.weir.io.codec.FrameSink;
import dev.weir.io.codec.FrameSource;
import dev.weir.io.codec.LineDecoder;
import dev.weir.io.codec.LineEncoder;
import dev.weir.io.file.FileStreams;
import dev.weir.io.net.TcpNetwork;
import dev.weir.io.net.TcpOptions;
import dev.weir.io.process.ChildProcess;
import dev.weir.io.tls.TlsNetwork;
import dev.weir.io.tls.TlsOptions;
import dev.weir.io.tls.TlsStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.wire.LocalhostContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples in the package documentation of dev.weir.io. */
class IoExamplesTest {
    static Pollable<?> echo(ByteStream stream) {
        return stream.writer().drain(stream.reader());
    }

    @Test
    void linesThroughAnEcho() {
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            Duplex pair = Duplex.create();
            ByteStream stream = pair.left();
            runtime.spawn(echo(pair.right()));
            Source<String> lines = FrameSource.of(stream.reader(), new LineDecoder());
            Sink<String> answers = FrameSink.of(stream.writer(), new LineEncoder());
            runtime.spawn(AsyncStream.of("one", "two").into(answers));
            assertThat(runtime.blockOn(AsyncStream.from(lines).collect(Collectors.toList())))
                    .containsExactly("one", "two");
        }
    }

    @Test
    void filesIntoStreamsAndBack(@TempDir Path directory) throws Exception {
        Path from = Files.writeString(directory.resolve("from"), "weir".repeat(100_000));
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            Duplex pair = Duplex.create();
            Path to = directory.resolve("to");
            Transfers left = Transfers.between(pair.left(), from);
            Transfers right = Transfers.between(pair.right(), to);
            JoinHandle<Long> sent = runtime.spawn(left.upload());
            JoinHandle<Long> received = runtime.spawn(right.download());
            assertThat(sent.join()).isPositive();
            assertThat(received.join()).isPositive();
            assertThat(Files.mismatch(from, to)).isEqualTo(-1);
        }
    }

    private record Transfers(Pollable<Long> upload, Pollable<Long> download) {
        static Transfers between(ByteStream stream, Path path) {
            Pollable<Long> upload = stream.writer().drain(FileStreams.read(path));
            Pollable<Long> download = FileStreams.write(path).drain(stream.reader());
            return new Transfers(upload, download);
        }
    }

    @Test
    void aProcessBetweenTwoFiles(@TempDir Path directory) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/sort")), "no sort");
        Path unsorted = Files.writeString(directory.resolve("unsorted"), "b\nc\na\n");
        Path sorted = directory.resolve("sorted");
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            ChildProcess child = runtime.blockOn(ChildProcess.start(new ProcessBuilder("sort")));
            runtime.spawn(Copy.of(FileStreams.read(unsorted), child.stdio().writer()));
            runtime.spawn(Copy.of(child.stdio().reader(), FileStreams.write(sorted)))
                    .join();
            int status = runtime.blockOn(child.exit());
            assertThat(status).isZero();
            assertThat(sorted).hasContent("a\nb\nc\n");
        }
    }

    @Test
    void anEchoThatIsEncrypted() throws Exception {
        SSLContext context = LocalhostContext.get();
        SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            Network<TlsStream> network = TlsNetwork.of(new TcpNetwork(TcpOptions.DEFAULT), TlsOptions.of(context));
            ByteListener<TlsStream> listener = network.listen(address);
            AsyncStream.from(listener)
                    .forEachConcurrent(100, stream -> stream.writer().drain(stream.reader()))
                    .run(runtime);
            TlsStream stream = runtime.blockOn(network.connect(listener.localAddress()));
            Sink<String> lines = FrameSink.of(stream.writer(), new LineEncoder());
            Source<String> answers = FrameSource.of(stream.reader(), new LineDecoder());
            runtime.spawn(AsyncStream.of("one", "two").into(lines));
            List<String> back = runtime.blockOn(AsyncStream.from(answers).collect(Collectors.toList()));
            assertThat(back).containsExactly("one", "two");
            listener.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "codec/", "file/", "process/", "tls/"})
    void thePackagesShowWhatRunsHere(String part) throws Exception {
        String here = stripped(Files.readString(Path.of("src/test/java/dev/weir/examples/IoExamplesTest.java")));
        String page =
                Files.readString(Path.of("../reactor-io/src/main/java/dev/weir/io/" + part + "package-info.java"));
        Matcher block =
                Pattern.compile("\\{@code\n(.*?)\n \\* }</pre>", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).isTrue();
        assertThat(here).contains(stripped(block.group(1).replaceAll("(?m)^ \\* ?", "")));
    }

    /** Indentation is the page's own. */
    private static String stripped(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}
