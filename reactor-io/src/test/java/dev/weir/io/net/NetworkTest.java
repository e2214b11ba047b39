package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.io.ByteListener;
import dev.weir.io.ByteStream;
import dev.weir.io.Network;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkTest {
    /** Written against the interfaces alone. */
    private static <S extends ByteStream> long sendAndCount(
            TaskRuntime runtime, Network<S> network, SocketAddress address, int items) throws IOException {
        try (ByteListener<S> listener = network.listen(address)) {
            JoinHandle<S> connecting = runtime.spawn(network.connect(listener.localAddress()));
            ByteStream accepted = runtime.blockOn(Loopback.next(listener));
            ByteStream connected = connecting.join();
            assertThat(connected.remoteAddress()).isEqualTo(listener.localAddress());
            assertThat(accepted.localAddress()).isEqualTo(listener.localAddress());
            JoinHandle<Long> echo = runtime.spawn(accepted.writer().drain(accepted.reader()));
            JoinHandle<Long> sent = runtime.spawn(connected.writer().drain(Loopback.items(1000, items)));
            long[] received = {0};
            runtime.spawn(Loopback.forEach(connected.reader(), item -> received[0] += item.remaining()))
                    .join();
            assertThat(sent.join()).isEqualTo(items);
            assertThat(echo.join()).isPositive();
            return received[0];
        }
    }

    @Test
    void a_program_that_knows_byte_streams_only_runs_on_sockets() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            assertThat(sendAndCount(runtime, new TcpNetwork(TcpOptions.DEFAULT), anyPort, 1000))
                    .isEqualTo(1_000_000);
        }
    }

    @Test
    void the_same_program_runs_on_paths(@TempDir Path directory) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
            assertThat(sendAndCount(runtime, new UnixNetwork(), path, 1000)).isEqualTo(1_000_000);
            assertThat(path.getPath()).doesNotExist();
        }
    }
}
