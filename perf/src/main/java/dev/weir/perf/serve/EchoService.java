package dev.weir.perf.serve;

import dev.weir.io.net.TcpStream;
import dev.weir.task.Pollable;

/**
 * Sends everything back. When the client ends its direction the rest is sent and this direction ended too.
 *
 * <p>Nothing is read while the writer holds what the kernel did not take, so a client that does not read is not read
 * from.
 */
public final class EchoService implements Service {
    @Override
    public Pollable<?> serve(TcpStream socket) {
        return socket.writer().drain(socket.reader());
    }
}
