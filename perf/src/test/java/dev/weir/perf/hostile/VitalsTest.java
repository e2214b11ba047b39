package dev.weir.perf.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.perf.process.ServerProcess;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The questions of a siege can be answered in the wrong way. */
class VitalsTest {
    @Test
    void a_connection_that_stays_is_seen_as_descriptors_and_tasks() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(ServerProcess.weir("serve", "echo", "--port", "0", "--vitals"))) {
            Socket first = served(server); // and stays: a descriptor comes back a while after its task has ended
            Vitals before = Vitals.settled(server, Vitals.of(server)); // a JVM opens some files for a moment
            try (first;
                    Socket client = served(server)) {
                assertThat(client.isConnected()).isTrue();
                Vitals now = Vitals.settled(server, Vitals.of(server));
                assertThat(now.tasks()).isEqualTo(before.tasks() + 1);
                assertThat(now.descriptors()).isEqualTo(before.descriptors() + 1);
                assertThat(now.isBackAt(before)).isFalse();
            }
            assertThat(Vitals.settled(server, before).isBackAt(before)).isTrue();
        }
    }

    /** Opens a connection on which something has come back several times, so no class of the server is new any more. */
    private static Socket served(ServerProcess server) throws IOException {
        Socket client = Victim.connect(server.port());
        for (int i = 0; i < 10; i++) {
            client.getOutputStream().write(i);
            assertThat(client.getInputStream().read()).isEqualTo(i);
        }
        return client;
    }

    @Test
    void a_process_that_spins_is_seen_in_its_processor_time() throws Exception {
        List<String> spin = List.of("sh", "-c", "echo listening on 127.0.0.1:1; while :; do :; done");
        try (ServerProcess server = ServerProcess.start(spin)) {
            Duration window = Duration.ofMillis(500); // in which others may leave it no processor, but not for ever
            await().atMost(Duration.ofSeconds(50)).until(() -> Vitals.idleCpuMillis(server, window) > 20);
        }
    }

    @Test
    void a_larger_heap_is_not_back() {
        Vitals before = new Vitals(10, 1, 5 << 20);
        assertThat(new Vitals(10, 1, 12 << 20).isBackAt(before)).isTrue();
        assertThat(new Vitals(10, 1, 14 << 20).isBackAt(before)).isFalse();
        assertThat(new Vitals(11, 1, 5 << 20).isBackAt(before)).isFalse();
        assertThat(new Vitals(10, 2, 5 << 20).isBackAt(before)).isFalse();
    }
}
