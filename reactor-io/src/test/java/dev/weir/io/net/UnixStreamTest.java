package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixStreamTest {
    @TempDir
    private Path directory;

    private TaskRuntime runtime;
    private UnixDomainSocketAddress address;

    @BeforeEach
    void open() {
        runtime = TaskRuntime.builder().workers(2).build();
        address = UnixDomainSocketAddress.of(directory.resolve("socket"));
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void everything_comes_back_from_an_echo_and_the_laws_are_kept() throws Exception {
        long before = Loopback.openSockets();
        try (UnixListener listener = UnixListener.bind(address)) {
            UnixStream client = runtime.blockOn(UnixStream.connect(address));
            UnixStream accepted = runtime.blockOn(Loopback.next(listener));
            SourceLaws<ByteBuffer> reader = SourceLaws.check(accepted.reader());
            SinkLaws<ByteBuffer> writer = SinkLaws.check(accepted.writer());
            JoinHandle<Long> echo = runtime.spawn(writer.drain(reader));
            JoinHandle<Long> sent = runtime.spawn(client.writer().drain(Loopback.items(1000, 5000)));
            long[] received = {0};
            runtime.spawn(Loopback.forEach(client.reader(), item -> received[0] += item.remaining()))
                    .join();
            assertThat(received[0]).isEqualTo(5_000_000);
            sent.join();
            echo.join();
            reader.assertClosed();
            writer.assertClosed();
        }
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(runtime.service(IoMetrics.class).keys()).isZero();
        });
    }

    @Test
    void a_listener_makes_its_file_and_deletes_it_and_refuses_one_that_is_there() throws Exception {
        try (UnixListener listener = UnixListener.bind(address)) {
            assertThat(address.getPath()).exists();
            assertThat(listener.localAddress()).isEqualTo(address);
            assertThatThrownBy(() -> UnixListener.bind(address)).isInstanceOf(BindException.class);
        }
        assertThat(address.getPath()).doesNotExist();
        assertThatThrownBy(() -> runtime.blockOn(UnixStream.connect(address))).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void a_backlog_that_is_full_refuses_and_costs_no_descriptor() throws Exception {
        try (UnixListener listener = UnixListener.bind(address, 1)) {
            List<UnixStream> waiting = new ArrayList<>();
            waiting.add(runtime.blockOn(UnixStream.connect(address)));
            waiting.add(runtime.blockOn(UnixStream.connect(address)));
            long before = Loopback.openSockets();
            assertThatThrownBy(() -> runtime.blockOn(UnixStream.connect(address)))
                    .hasCauseInstanceOf(IOException.class);
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            runtime.blockOn(Loopback.next(listener)).close();
            waiting.add(runtime.blockOn(UnixStream.connect(address)));
            waiting.forEach(UnixStream::close);
        }
    }

    @Test
    void only_paths_are_addresses() {
        assertThatThrownBy(() -> UnixStream.connect(new InetSocketAddress(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UnixDomainSocketAddress");
    }
}
