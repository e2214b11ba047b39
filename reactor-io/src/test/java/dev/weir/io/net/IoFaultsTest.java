package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Faults that other runtimes have had, and that no test of one class would show. */
class IoFaultsTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static IoMetrics metrics(TaskRuntime runtime) {
        IoMetrics metrics = runtime.service(IoMetrics.class);
        assertThat(metrics).isNotNull();
        return metrics;
    }

    /** A socket that can be written to makes select return at once for as long as anybody is interested. */
    @Test
    void a_peer_that_reads_slowly_costs_one_event_for_each_time_that_room_is_waited_for() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime);
                Socket peer = server.connect()) {
            TcpStream stream = server.accept();
            SocketWriter writer = stream.writer();
            JoinHandle<Long> writing = runtime.spawn(writer.drain(Loopback.items(64 * 1024, 400)));
            InputStream in = peer.getInputStream();
            long left = 400L * 64 * 1024;
            for (int i = 0; i < 50; i++) {
                left -= in.readNBytes(32 * 1024).length;
            }
            long before = metrics(runtime).selects();
            long written = writer.writes();
            for (int i = 0; i < 50; i++) {
                left -= in.readNBytes(64 * 1024).length;
            }
            assertThat(metrics(runtime).selects() - before)
                    .as("selects, for %s writes", writer.writes() - written)
                    .isLessThan(400);
            while (left > 0) {
                left -= in.readNBytes((int) Math.min(left, 1 << 20)).length;
            }
            writing.join();
            stream.close();
        }
    }

    /** The JDK would keep a direct copy as large as the largest write for each thread that wrote one. */
    @Test
    void large_heap_buffers_leave_no_large_direct_ones_behind() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                Loopback server = Loopback.listen(runtime);
                Socket peer = server.connect()) {
            TcpStream stream = server.accept();
            long before = directMemory();
            JoinHandle<Long> writing = runtime.spawn(stream.writer().drain(Loopback.items(16 << 20, 2)));
            assertThat(peer.getInputStream().readNBytes(32 << 20)).hasSize(32 << 20);
            writing.join();
            assertThat(directMemory() - before).isLessThan(2 << 20);
            stream.close();
        }
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void tasks_that_wake_themselves_for_ever_do_not_keep_a_connection_waiting() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime)) {
            List<JoinHandle<?>> spinning = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Pollable<Integer> forEver = cx -> {
                    cx.waker().wake();
                    return Poll.pending();
                };
                spinning.add(runtime.spawn(forEver));
            }
            try (Socket peer = server.connect()) {
                TcpStream stream = server.accept();
                JoinHandle<Long> echo = runtime.spawn(stream.writer().drain(stream.reader()));
                for (int i = 0; i < 20; i++) {
                    peer.getOutputStream().write(new byte[11]);
                    assertThat(peer.getInputStream().readNBytes(11)).hasSize(11);
                }
                peer.shutdownOutput();
                echo.join();
            }
            spinning.forEach(JoinHandle::cancel);
        }
    }

    @Test
    void a_shutdown_amid_datagrams_ends_both_halves_and_their_sockets() throws Exception {
        long before = Loopback.openSockets();
        for (int round = 0; round < 10; round++) {
            TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
            UdpSocket near = UdpSocket.bind(ANY_PORT);
            UdpSocket far = UdpSocket.bind(ANY_PORT);
            UdpReceiver receiver = far.receiver();
            JoinHandle<?> sending = runtime.spawn(near.sender().drain(datagrams(far.localAddress())));
            JoinHandle<?> receiving = runtime.spawn(Loopback.count(receiver));
            await().until(() -> receiver.received() > 10);
            assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
            assertThat(sending.isDone()).isTrue();
            assertThat(receiving.isDone()).isTrue();
            near.close();
            far.close();
        }
        await().untilAsserted(() -> assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before));
    }

    private static Source<Datagram> datagrams(InetSocketAddress to) {
        return Loopback.source(
                Stream.generate(() -> new Datagram(ByteBuffer.allocate(20), to)).iterator());
    }
}
