package dev.weir.io.driver;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Where TCP sockets come from, and what drivers wait in: the JDK, or io_uring. One for the whole process, so that any
 * driver can wait for any socket; the first use decides, by the system property {@value #PROPERTY}.
 */
public abstract class Transport {
    /** The property: {@value #NIO}, which is the default, or {@value #IO_URING}. */
    public static final String PROPERTY = "weir.io.transport";

    static final String NIO = "nio";
    static final String IO_URING = "io_uring";

    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    Transport() {}

    /** Returns that of this process. */
    public static Transport chosen() {
        return Choice.MADE;
    }

    /** Opens what a driver waits in. */
    abstract IoSelector openSelector() throws IOException;

    /**
     * Opens a socket to connect with.
     *
     * @param ipv4 whether it need not speak IPv6
     */
    public abstract SocketChannel openStream(boolean ipv4) throws IOException;

    /**
     * Opens a socket to listen with.
     *
     * @param ipv4 whether it need not speak IPv6
     */
    public abstract ServerSocketChannel openListener(boolean ipv4) throws IOException;

    /** Returns the one of this name; if it cannot be had, that of the JDK, and the log says why. */
    static Transport named(String name) {
        return switch (name) {
            case NIO -> new Jdk();
            case IO_URING -> ringOrJdk();
            default ->
                throw new IllegalArgumentException(PROPERTY + " must be " + NIO + " or " + IO_URING + ", was " + name);
        };
    }

    private static Transport ringOrJdk() {
        try {
            return RingTransport.open();
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}={1} is not to be had, so sockets are those of the JDK: {2}",
                    PROPERTY,
                    IO_URING,
                    e.getMessage());
            return new Jdk();
        }
    }

    private static final class Choice {
        static final Transport MADE = named(System.getProperty(PROPERTY, NIO));
    }

    private static final class Jdk extends Transport {
        @Override
        IoSelector openSelector() throws IOException {
            return new JdkSelector();
        }

        @Override
        public SocketChannel openStream(boolean ipv4) throws IOException {
            return ipv4 ? SocketChannel.open(StandardProtocolFamily.INET) : SocketChannel.open();
        }

        @Override
        public ServerSocketChannel openListener(boolean ipv4) throws IOException {
            return ipv4 ? ServerSocketChannel.open(StandardProtocolFamily.INET) : ServerSocketChannel.open();
        }

        @Override
        public String toString() {
            return NIO;
        }
    }
}
