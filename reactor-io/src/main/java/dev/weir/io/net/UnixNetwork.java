package dev.weir.io.net;

import dev.weir.io.Network;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.SocketAddress;

/** The network of the processes of this machine, whose addresses are paths. */
public final class UnixNetwork implements Network<UnixStream> {
    /** Creates a network; all are alike. */
    public UnixNetwork() {}

    @Override
    public UnixListener listen(SocketAddress address) throws IOException {
        return UnixListener.bind(address);
    }

    @Override
    public Pollable<UnixStream> connect(SocketAddress address) {
        return UnixStream.connect(address);
    }
}
