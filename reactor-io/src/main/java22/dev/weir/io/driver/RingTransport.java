package dev.weir.io.driver;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** TCP sockets by io_uring, through the foreign functions of Java 22. */
final class RingTransport extends Transport {
    private RingTransport() {}

    /**
     * Returns this transport, after it has seen a ring work.
     *
     * @throws IOException if there are none, or none that will do
     */
    static Transport open() throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IOException("this is not Linux");
        }
        if (!RingTransport.class.getModule().isNativeAccessEnabled()) {
            throw new IOException("native access is not enabled: see --enable-native-access");
        }
        try {
            tryRing();
            loadAll();
        } catch (IOException e) {
            throw new IOException("a ring cannot be opened: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new IOException("there is no memory for the buffers of a ring: " + e.getMessage(), e);
        } catch (LinkageError | UnsupportedOperationException e) {
            throw new IOException("the C library cannot be called", e);
        }
        return new RingTransport();
    }

    private static void tryRing() throws IOException {
        RingSelector tried = new RingSelector();
        try {
            tried.prove();
        } finally {
            tried.close();
        }
    }

    /** What is loaded later may find no descriptor left to be read with. */
    private static void loadAll() throws IOException {
        try (SocketChannel channel = new RingStreamChannel(NativeSocket.open(true), null)) {
            channel.supportedOptions();
        }
    }

    @Override
    IoSelector openSelector() throws IOException {
        return new RingSelector();
    }

    @Override
    public SocketChannel openStream(boolean ipv4) throws IOException {
        return new RingStreamChannel(NativeSocket.open(ipv4), null);
    }

    @Override
    public ServerSocketChannel openListener(boolean ipv4) throws IOException {
        return new RingServerChannel(NativeSocket.open(ipv4));
    }

    @Override
    public String toString() {
        return IO_URING;
    }
}
