package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.ByteBudget;
import dev.weir.io.driver.Registration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final int MORE_THAN_THE_KERNEL_HOLDS = 64 << 20;

    /** On a channel that blocks, so that there is a moment at which a write is under way. */
    @Test
    void an_end_that_is_read_while_a_write_is_under_way_is_none_until_that_has_returned() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress())) {
            Socket peer = server.accept();
            Connection connection = new Connection(channel, new Registration(channel), ByteBudget.shared());
            assertThat(connection.hasEnded()).isTrue();
            FutureTask<Integer> writing = new FutureTask<>(() -> writeUntilItFails(connection));
            Thread writer = new Thread(writing);
            writer.start();
            await().until(() -> !connection.hasEnded());
            peer.setSoLinger(true, 0);
            peer.close();
            assertThatThrownBy(writing::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThatThrownBy(connection::hasEnded).isInstanceOf(IOException.class);
            writer.join();
        }
    }

    /** A write that a reset cuts short tells how much the kernel had taken; only the next one tells of the reset. */
    private static int writeUntilItFails(Connection connection) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MORE_THAN_THE_KERNEL_HOLDS);
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
        return bytes.position();
    }
}
