package dev.weir.perf.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.perf.process.ServerProcess;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServeCommandTest {
    @Test
    void a_server_process_ends_within_5_s_of_SIGTERM_and_tells_its_totals() throws Exception {
        try (ServerProcess server = ServerProcess.start(ServerProcess.weir("serve", "sink", "--port", "0"));
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.getOutputStream().write(new byte[1000]);
            assertThat(server.terminate(Duration.ofSeconds(5))).isNotNull();
            assertThat(server.lastLine()).startsWith("served ").endsWith(" bytes discarded");
        }
    }
}
