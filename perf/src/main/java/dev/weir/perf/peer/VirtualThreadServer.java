package dev.weir.perf.peer;

import dev.weir.perf.http.BlockingResponder;
import dev.weir.perf.http.HttpAnswers;
import dev.weir.perf.upload.Outlet;
import dev.weir.perf.wire.Loopback;
import dev.weir.perf.wire.StreamPattern;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Plain blocking code, a virtual thread for each connection. Found by name, as they came with JDK 21; the number of
 * carriers can be set only before the first virtual thread of the process.
 */
final class VirtualThreadServer implements PeerServer {
    private static final int BACKLOG = 4096;
    private static final int BUFFER = 8192;
    private static final HttpAnswers ANSWERS = new HttpAnswers(InstantSource.system());

    @Override
    public int start(Kind kind, int port, int threads, Outlet outlet) throws IOException, ReflectiveOperationException {
        System.setProperty("jdk.virtualThreadScheduler.parallelism", Integer.toString(threads));
        MethodHandle start = MethodHandles.publicLookup()
                .findStatic(Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        ServerSocket listener = new ServerSocket();
        listener.bind(Loopback.port(port), BACKLOG);
        startVirtual(start, () -> accept(listener, start, kind, outlet));
        return listener.getLocalPort();
    }

    private static void startVirtual(MethodHandle start, Runnable body) {
        try {
            Object unused = (Thread) start.invokeExact(body);
        } catch (Throwable e) { // invokeExact declares it
            throw new IllegalStateException("no virtual thread could be started", e);
        }
    }

    private static void accept(ServerSocket listener, MethodHandle start, Kind kind, Outlet outlet) {
        while (true) {
            try {
                Socket socket = listener.accept();
                startVirtual(start, () -> serve(socket, kind, outlet));
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10)); // too few descriptors, most likely
            }
        }
    }

    private static void serve(Socket socket, Kind kind, Outlet outlet) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            switch (kind) {
                case ECHO -> in.transferTo(out);
                case HTTP -> new BlockingResponder(ANSWERS).serve(in, out);
                case STREAM -> stream(out);
                case SINK -> in.transferTo(OutputStream.nullOutputStream());
                case UPLOAD -> upload(in, outlet);
            }
        } catch (IOException e) {
            return; // the client has gone
        }
    }

    private static void stream(OutputStream out) throws IOException {
        byte[] chunks = new byte[StreamPattern.AHEAD];
        StreamPattern.chunks(chunks.length / StreamPattern.CHUNK).get(chunks);
        while (true) {
            out.write(chunks);
        }
    }

    private static void upload(InputStream in, Outlet outlet) throws IOException {
        Outlet.Client client = outlet.enter();
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (long end = System.nanoTime() + outlet.admit(n), left = 1; left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            client.consumed(n);
        }
    }
}
