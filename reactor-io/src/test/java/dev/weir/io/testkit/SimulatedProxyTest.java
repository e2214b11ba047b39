package dev.weir.io.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.CopyBidirectional;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.testkit.simulation.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A proxy between a client and a server that breaks off: the client must not take what it has for the whole. */
class SimulatedProxyTest {
    private static final InetSocketAddress FRONT = InetSocketAddress.createUnresolved("front", 7);
    private static final InetSocketAddress BEHIND = InetSocketAddress.createUnresolved("behind", 7);

    @Test
    void a_proxy_makes_no_end_of_a_reset() {
        Simulation.explore(20, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime);
            SimulatedListener front = network.listen(FRONT);
            SimulatedListener back = network.listen(BEHIND);
            JoinHandle<SimulatedStream> toProxy = runtime.spawn(network.connect(FRONT));
            JoinHandle<SimulatedStream> toServer = runtime.spawn(network.connect(BEHIND));
            return runtime.spawnBlocking(() -> {
                SimulatedStream client = runtime.blockOn(toProxy);
                SimulatedStream server = runtime.blockOn(accept(back));
                JoinHandle<?> proxy =
                        runtime.spawn(CopyBidirectional.of(runtime.blockOn(accept(front)), runtime.blockOn(toServer)));
                Count count = new Count(client.reader());
                JoinHandle<?> read = runtime.spawn(count);
                Sink<ByteBuffer> writer = server.writer();
                runtime.blockOn(cx -> {
                    if (!writer.pollReady(cx)) {
                        return Poll.pending();
                    }
                    writer.send(ByteBuffer.wrap(new byte[] {0, 1, 2}));
                    return Poll.done();
                });
                runtime.blockOn(cx -> writer.pollFlush(cx) ? Poll.done() : Poll.pending());
                runtime.elapse(Duration.ofSeconds(10));
                assertThat(count.bytes).isEqualTo(3);
                server.reset();
                assertThatThrownBy(() -> runtime.blockOn(read)).hasMessageContaining("reset by peer");
                assertThatThrownBy(() -> runtime.blockOn(proxy)).hasMessageContaining("connection reset");
                front.close();
                back.close();
                return 0;
            });
        });
    }

    private static Pollable<SimulatedStream> accept(SimulatedListener listener) {
        return cx -> {
            SimulatedStream stream = listener.poll(cx);
            return stream == null ? Poll.pending() : Poll.ready(stream);
        };
    }

    /** Reads to the end. */
    private static final class Count implements Pollable<@Nullable Void> {
        private final Source<ByteBuffer> reader;
        private int bytes;

        Count(Source<ByteBuffer> reader) {
            this.reader = reader;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            for (ByteBuffer next = reader.poll(cx); next != null; next = reader.poll(cx)) {
                bytes += next.remaining();
                next.position(next.limit());
            }
            return reader.isDone() ? Poll.done() : Poll.pending();
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
