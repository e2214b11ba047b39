package dev.weir.examples;

import dev.weir.io.codec.FrameSink;
import dev.weir.io.codec.FrameSource;
import dev.weir.io.codec.LineDecoder;
import dev.weir.io.codec.LineEncoder;
import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.Poll;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.Collectors;

/** Prints what comes back of two lines. Nothing in it says which sockets it uses: the command line does. */
final class EchoProgram {
    private EchoProgram() {}

    public static void main(String[] args) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                TcpListener listener = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            runtime.spawn(cx -> {
                for (TcpStream socket; (socket = listener.poll(cx)) != null; ) {
                    runtime.spawn(socket.writer().drain(socket.reader()));
                }
                return Poll.pending();
            });
            TcpStream client = runtime.blockOn(TcpStream.connect(listener.localAddress()));
            runtime.spawn(AsyncStream.of("one", "two").into(FrameSink.of(client.writer(), new LineEncoder())));
            System.out.println(runtime.blockOn(AsyncStream.from(FrameSource.of(client.reader(), new LineDecoder()))
                    .collect(Collectors.joining(" "))));
        }
    }
}
