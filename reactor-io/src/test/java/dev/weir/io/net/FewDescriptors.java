package dev.weir.io.net;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Waker;
import dev.weir.time.Sleep;
import dev.weir.time.Timers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A server for {@link TcpListenerTest} that is started with a low limit of descriptors and tells what happens. */
final class FewDescriptors {
    /** More than descriptors, and less beyond those than the shortest backlog that systems grant, which is 128. */
    static final int CLIENTS = 150;

    private FewDescriptors() {}

    public static void main(String[] args) throws Exception {
        AtomicInteger warnings = new AtomicInteger();
        Logger logger = Logger.getLogger("dev.weir.io");
        logger.addHandler(new Counter(warnings));
        AtomicInteger accepted = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                TcpListener listener = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            JoinHandle<?> accepting = runtime.spawn(cx -> {
                for (TcpStream stream; (stream = listener.poll(cx)) != null; ) {
                    accepted.incrementAndGet();
                    runtime.spawn(stream.writer().drain(stream.reader()));
                }
                return Poll.pending();
            });
            try (TcpStream warmUp = runtime.spawn(TcpStream.connect(listener.localAddress()))
                    .join()) { // loads the classes, which takes descriptors when they lie in directories
                SocketWriter writer = warmUp.writer();
                SocketReader reader = warmUp.reader();
                runtime.spawn(writer.drain(Loopback.items(1, 1))).join();
                runtime.spawn(Loopback.count(reader)).join();
                runtime.spawn(Sleep.of(Duration.ofMillis(1))).join();
                Timers timers = runtime.service(Timers.class);
                timers.schedule(System.nanoTime(), Waker.noop()).cancel(); // as for a pause
            }
            accepted.set(0);
            System.out.println("port: " + listener.localAddress().getPort());
            for (int i = 0; i < 300 && listener.failedAccepts() == 0; i++) { // the clients may be late
                runtime.spawn(Sleep.of(Duration.ofMillis(100))).join();
            }
            runtime.spawn(Sleep.of(Duration.ofSeconds(3))).join();
            System.out.println("failures after 3 s: " + listener.failedAccepts());
            System.out.println("accepted after 3 s: " + accepted);
            for (int i = 0; i < 300 && accepted.get() < CLIENTS; i++) {
                runtime.spawn(Sleep.of(Duration.ofMillis(100))).join();
            }
            System.out.println("still accepting: " + !accepting.isDone());
            if (accepting.isDone()) {
                accepting.join();
            }
            System.out.println("accepted at last: " + accepted);
            System.out.println("warnings: " + warnings);
        }
    }

    private static final class Counter extends Handler {
        private final AtomicInteger count;

        Counter(AtomicInteger count) {
            this.count = count;
        }

        @Override
        public void publish(LogRecord record) {
            count.incrementAndGet();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
