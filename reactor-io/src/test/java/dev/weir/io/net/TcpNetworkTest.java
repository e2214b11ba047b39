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
import org.junit.jupiter.api.Test;

class TcpNetworkTest {
    /** Written against the interfaces alone. */
    private static <S extends ByteStream> long sendAndCount(TaskRuntime runtime, Network<S> network, int items)
            throws IOException {
        try (ByteListener<S> listener = network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            JoinHandle<S> connecting = runtime.spawn(network.connect(listener.localAddress()));
            ByteStream accepted = runtime.blockOn(Loopback.next(listener));
            ByteStream connected = connecting.join();
            assertThat(connected.remoteAddress()).isEqualTo(listener.localAddress());
            assertThat(accepted.remoteAddress()).isEqualTo(connected.localAddress());
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
            assertThat(sendAndCount(runtime, new TcpNetwork(TcpOptions.DEFAULT), 1000))
                    .isEqualTo(1_000_000);
        }
    }
}
