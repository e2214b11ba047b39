package dev.weir.io.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.simulation.Simulation;
import dev.weir.time.Sleep;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** There are 25,536 ports to choose from, and a simulation may open more connections than that. */
class SimulatedPortsTest {
    private static final InetSocketAddress HOME = InetSocketAddress.createUnresolved("home", 7);
    private static final InetSocketAddress ANY_PORT = InetSocketAddress.createUnresolved("home", 0);

    @Test
    void ports_are_given_again_when_they_are_free_and_not_before() {
        Simulation.of(1).run(runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime);
            SimulatedListener listener = network.listen(ANY_PORT);
            SimulatedStream kept = network.pair(HOME);
            Set<Integer> inUse = Set.of(
                    listener.localAddress().getPort(), kept.localAddress().getPort());
            assertThat(inUse).hasSize(2);
            for (int i = 0; i < 30_000; i++) {
                SimulatedStream near = network.pair(HOME);
                int port = near.localAddress().getPort();
                if (inUse.contains(port)) {
                    throw new AssertionError("port " + port + " is in use");
                }
                near.close();
                near.peer().close();
            }
            kept.close();
            kept.peer().close();
            listener.close();
            assertThat(network.openStreams()).isEmpty();
            return Sleep.of(Duration.ZERO);
        });
    }

    @Test
    void a_connect_that_finds_no_free_port_fails_and_breaks_nothing_else() {
        Simulation.of(1).run(runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime);
            SimulatedListener listener = network.listen(HOME);
            SimulatedStream last = network.pair(HOME);
            for (int i = 1; i < 65_536 - 40_000; i++) {
                last = network.pair(HOME);
            }
            SimulatedStream one = last;
            return runtime.spawnBlocking(() -> {
                assertThatThrownBy(() -> runtime.blockOn(network.connect(HOME)))
                        .hasCauseInstanceOf(BindException.class);
                one.close();
                one.peer().close();
                assertThat(runtime.blockOn(network.connect(HOME)).localAddress())
                        .isEqualTo(one.localAddress());
                listener.close();
                return 0;
            });
        });
    }
}
