package dev.weir.io.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket of the system, never blocking, by its descriptor. Its owner sees to it that nothing is called after the
 * close: the number may be another's by then.
 *
 * @param fd the descriptor
 * @param ipv4 whether it speaks IPv4 alone, and not both
 */
record NativeSocket(int fd, boolean ipv4) {
    /** Sends through a connection that is gone are errors and no signals. */
    static final int NO_SIGNAL = 0x4000;

    /** Sends all, however long that takes. */
    static final int WAIT_ALL = 0x100;

    private static final int INET = 2;
    private static final int INET6 = 10;
    private static final int STREAM = 1;
    private static final int NON_BLOCKING = 0x800;
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int IPPROTO_IPV6 = 41;
    private static final int V6ONLY = 26;
    private static final int IPPROTO_TCP = 6;
    private static final int USER_TIMEOUT = 18;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int IN_PROGRESS = -115;
    private static final int NOT_CONNECTED = -107;

    private static final int ADDRESS_SIZE = 28;

    static NativeSocket open(boolean ipv4) throws IOException {
        int fd = Libc.socket(ipv4 ? INET : INET6, STREAM | NON_BLOCKING | CLOSE_ON_EXEC);
        if (fd == -Libc.EAFNOSUPPORT && !ipv4) {
            return open(true); // this system speaks IPv4 alone
        }
        NativeSocket socket = new NativeSocket(checked("socket", fd), ipv4);
        try {
            if (!ipv4) {
                socket.setOption(IPPROTO_IPV6, V6ONLY, 0);
            }
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static int checked(String call, int result) throws IOException {
        if (result < 0) {
            throw Errors.of(call, result);
        }
        return result;
    }

    void bind(InetSocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            checked("bind", Libc.bind(fd, encoded(address, arena), length()));
        }
    }

    void listen(int backlog) throws IOException {
        checked("listen", Libc.listen(fd, backlog));
    }

    /** A connection, and who has made it: its socket cannot tell any more when the peer has reset it meanwhile. */
    record Accepted(NativeSocket socket, InetSocketAddress remote) {}

    /** Returns the next connection; null if there is none. */
    @Nullable Accepted accept() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_SIZE, 4);
            MemorySegment length = arena.allocateFrom(JAVA_INT, ADDRESS_SIZE);
            int accepted;
            do {
                accepted = Libc.accept(fd, address, length, NON_BLOCKING | CLOSE_ON_EXEC);
            } while (accepted == -Libc.EINTR);
            return accepted == -Libc.EAGAIN
                    ? null
                    : new Accepted(new NativeSocket(checked("accept", accepted), ipv4), decoded(address));
        }
    }

    /** Begins to connect; true if that was all. */
    boolean connect(InetSocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int result = Libc.connect(fd, encoded(address, arena), length());
            return result != IN_PROGRESS && result != -Libc.EINTR && checked("connect", result) == 0;
        }
    }

    /** Tells whether it is connected by now. */
    boolean finishConnect() throws IOException {
        int error = getOption(SOL_SOCKET, SO_ERROR)[0];
        if (error != 0) {
            throw Errors.of("connect", -error);
        }
        try (Arena arena = Arena.ofConfined()) {
            int result = address(true, arena.allocate(ADDRESS_SIZE, 4), arena.allocate(4, 4));
            return result != NOT_CONNECTED && checked("getpeername", result) == 0;
        }
    }

    /** Receives into a direct buffer; returns how many bytes, 0 at the end of the stream, or the negative error. */
    int receive(ByteBuffer into) {
        long received;
        do {
            received = Libc.receive(fd, MemorySegment.ofBuffer(into));
        } while (received == -Libc.EINTR);
        if (received > 0) {
            into.position(into.position() + (int) received);
        }
        return (int) received;
    }

    /** Sends out of a direct buffer; returns how many bytes, or the negative error. */
    int send(ByteBuffer from) {
        long sent;
        do {
            sent = Libc.send(fd, MemorySegment.ofBuffer(from), NO_SIGNAL);
        } while (sent == -Libc.EINTR);
        if (sent > 0) {
            from.position(from.position() + (int) sent);
        }
        return (int) sent;
    }

    /** Ends one direction: 0 that of the peer, 1 ours. */
    void shutdown(int how) {
        // The one error that a TCP socket knows is that its peer has ended both already: there is nobody to be told.
        Libc.shutdown(fd, how);
    }

    void setOption(int level, int name, int... value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            checked("setsockopt", Libc.setOption(fd, level, name, arena.allocateFrom(JAVA_INT, value)));
        }
    }

    /** Has the system give the peer up when it has taken nothing for so long (TCP_USER_TIMEOUT). */
    void limitPatience(int millis) {
        try {
            setOption(IPPROTO_TCP, USER_TIMEOUT, millis);
        } catch (IOException e) {
            // It is gone already, and what is under way fails at once.
        }
    }

    /** Returns the two numbers of an option's value, the second of which only SO_LINGER has. */
    int[] getOption(int level, int name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(8, 4);
            checked("getsockopt", Libc.getOption(fd, level, name, value, arena.allocateFrom(JAVA_INT, 8)));
            return value.toArray(JAVA_INT);
        }
    }

    InetSocketAddress localAddress() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_SIZE, 4);
            checked("getsockname", address(false, address, arena.allocate(4, 4)));
            return decoded(address);
        }
    }

    private int address(boolean remote, MemorySegment address, MemorySegment length) {
        length.set(JAVA_INT, 0, ADDRESS_SIZE);
        return Libc.address(fd, remote, address, length);
    }

    void close() {
        // The system gives the descriptor back also when it reports an error, and nothing is left to be done.
        Libc.close(fd);
    }

    private int length() {
        return ipv4 ? 16 : ADDRESS_SIZE;
    }

    private MemorySegment encoded(InetSocketAddress address, Arena arena) throws IOException {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new UnresolvedAddressException();
        }
        MemorySegment encoded = arena.allocate(ADDRESS_SIZE, 4);
        encoded.set(JAVA_SHORT, 0, (short) (ipv4 ? INET : INET6));
        encoded.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) address.getPort());
        byte[] bytes = host.getAddress();
        if (ipv4) {
            if (bytes.length != 4) {
                throw new UnsupportedAddressTypeException();
            }
            MemorySegment.copy(bytes, 0, encoded, JAVA_BYTE, 4, 4);
        } else if (bytes.length == 16) {
            MemorySegment.copy(bytes, 0, encoded, JAVA_BYTE, 8, 16);
            encoded.set(JAVA_INT, 24, ((Inet6Address) host).getScopeId());
        } else if (!host.isAnyLocalAddress()) { // any address of IPv4 stands for any of both
            encoded.set(JAVA_SHORT, 18, (short) -1); // IPv4 within IPv6
            MemorySegment.copy(bytes, 0, encoded, JAVA_BYTE, 20, 4);
        }
        return encoded;
    }

    private InetSocketAddress decoded(MemorySegment address) throws UnknownHostException {
        int port = address.get(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2) & 0xffff;
        boolean four = address.get(JAVA_SHORT, 0) == INET;
        byte[] bytes = new byte[four ? 4 : 16];
        MemorySegment.copy(address, JAVA_BYTE, four ? 4 : 8, bytes, 0, bytes.length);
        InetAddress host = InetAddress.getByAddress(bytes); // IPv4 within IPv6 becomes IPv4
        int scope = four ? 0 : address.get(JAVA_INT, 24);
        if (scope != 0 && host instanceof Inet6Address) {
            host = Inet6Address.getByAddress(null, bytes, scope);
        }
        return new InetSocketAddress(host, port);
    }

    /** The address of an {@link InetSocketAddress}, as channels demand it. */
    static InetSocketAddress requireInet(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new UnsupportedAddressTypeException();
    }
}
