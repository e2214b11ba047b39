package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.ByteBudget;
import dev.weir.runtime.TaskRuntime;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TcpOptionsTest {
    @Test
    void options_reach_the_sockets_that_are_accepted_and_those_that_connect() throws Exception {
        TcpOptions options = TcpOptions.DEFAULT
                .withNoDelay(false)
                .withKeepAlive(true)
                .withReceiveBuffer(32 * 1024)
                .withSendBuffer(32 * 1024)
                .with(StandardSocketOptions.IP_TOS, 0x10);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime, options);
                TcpStream client =
                        runtime.blockOn(TcpStream.connect(server.listener().localAddress(), options));
                TcpStream accepted = server.accept()) {
            for (TcpStream each : new TcpStream[] {client, accepted}) {
                assertThat(each.option(StandardSocketOptions.TCP_NODELAY)).isFalse();
                assertThat(each.option(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
                assertThat(each.option(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
                assertThat(each.option(StandardSocketOptions.SO_SNDBUF)).isBetween(32 * 1024, 128 * 1024);
            }
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            assertThat(client.option(StandardSocketOptions.TCP_NODELAY)).isTrue();
        }
    }

    @Test
    void a_connection_that_is_to_be_reset_on_close_is_seen_as_such_by_its_peer() throws IOException {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withResetOnClose(true));
                Socket peer = server.connect()) {
            server.accept().close();
            assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void each_method_changes_one_setting() {
        ByteBudget own = ByteBudget.of(1);
        Map<SocketOption<?>, Object> others = Map.of(StandardSocketOptions.IP_TOS, 0x10);
        TcpOptions all = TcpOptions.DEFAULT
                .withNoDelay(false)
                .withKeepAlive(true)
                .withResetOnClose(true)
                .withReceiveBuffer(1)
                .withSendBuffer(2)
                .withReuseAddress(false)
                .withBacklog(3)
                .withByteBudget(own)
                .with(StandardSocketOptions.IP_TOS, 0x10);
        assertThat(all).isEqualTo(new TcpOptions(false, true, true, 1, 2, false, 3, own, others));
        assertThat(TcpOptions.DEFAULT.withBacklog(3))
                .isEqualTo(new TcpOptions(true, false, false, 0, 0, true, 3, ByteBudget.shared(), Map.of()));
    }

    @Test
    void a_close_that_lingers_is_refused_for_it_would_block() {
        assertThatThrownBy(() -> TcpOptions.DEFAULT.with(StandardSocketOptions.SO_LINGER, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SO_LINGER")
                .hasMessageContaining("5");
    }

    @Test
    void ranges_are_checked() {
        assertThatThrownBy(() -> TcpOptions.DEFAULT.withBacklog(0)).hasMessageContaining("backlog");
        assertThatThrownBy(() -> TcpOptions.DEFAULT.withSendBuffer(-1)).hasMessageContaining("sendBuffer");
        assertThatThrownBy(() -> UdpOptions.DEFAULT.withMaxDatagram(65_508)).hasMessageContaining("maxDatagram");
        assertThatThrownBy(() -> UdpOptions.DEFAULT.withMaxDatagram(0)).hasMessageContaining("maxDatagram");
        assertThatThrownBy(() -> UdpOptions.DEFAULT.withMulticastTtl(256)).hasMessageContaining("multicastTtl");
    }
}
