package dev.weir.io.net;

import dev.weir.io.ByteListener;
import dev.weir.io.driver.NioDriver;
import dev.weir.io.driver.Registration;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The connections that peers open. One is accepted for each that is asked for; without demand they wait in the kernel's
 * backlog.
 *
 * <p>A connection that cannot be accepted does not end the sequence. When descriptors run out the listener keeps still
 * for half a second, then a second, and so on up to five, and says so once in the log; a connection that broke before it
 * was accepted is passed over. It holds two descriptors: its own, and one in reserve for the logger. Charges one operation for each attempt.
 */
public final class TcpListener implements ByteListener<TcpStream> {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ServerSocketChannel channel;
    private final TcpOptions options;
    private final Registration registration;
    private final InetSocketAddress local;
    private @Nullable Sleep pause;
    private Duration nextPause = FIRST_PAUSE;
    private boolean failed;

    /**
     * Given up for the time of the warning. A logger opens files on its first use, the JDK's a table of time zones, and
     * where it cannot, it stays broken for the life of the process.
     */
    private @Nullable SocketChannel spare;

    /** Failures since the last connection; an episode of them is logged once. */
    private int failuresInRow;

    /** Written by the owner alone. */
    private volatile long failedAccepts;

    private TcpListener(ServerSocketChannel channel, TcpOptions options) throws IOException {
        this.channel = channel;
        this.options = options;
        registration = new Registration(channel);
        local = (InetSocketAddress) channel.getLocalAddress();
        openSpare();
    }

    /**
     * Listens on an address for tasks of a runtime, with {@link TcpOptions#DEFAULT}.
     *
     * @throws IllegalStateException if the runtime has no I/O driver
     * @throws IOException if the system refuses, for instance because the address is in use
     */
    public static TcpListener bind(TaskRuntime runtime, SocketAddress address) throws IOException {
        if (runtime.service(NioDriver.class) == null) {
            throw new IllegalStateException(runtime + " has no I/O driver, so nothing could wait for connections");
        }
        return bind(address);
    }

    /** Listens on an address, with {@link TcpOptions#DEFAULT}. */
    public static TcpListener bind(SocketAddress address) throws IOException {
        return bind(address, TcpOptions.DEFAULT);
    }

    /**
     * Listens on an address. Connections can be made from now on; which runtime serves them is decided by who polls.
     *
     * @param address an {@link InetSocketAddress}; port 0 lets the system choose one
     * @param options of the listener and of the connections that it accepts
     * @throws IOException if the system refuses, for instance because the address is in use
     */
    public static TcpListener bind(SocketAddress address, TcpOptions options) throws IOException {
        Objects.requireNonNull(address, "address");
        ServerSocketChannel channel = TcpOptions.isIpv4(address)
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
        try {
            options.applyTo(channel);
            channel.bind(address, options.backlog());
            return new TcpListener(channel, options);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public @Nullable TcpStream poll(Context cx) throws IOException {
        try {
            registration.check();
            return accept(cx);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
    }

    private @Nullable TcpStream accept(Context cx) throws IOException {
        if (isPaused(cx)) {
            return null;
        }
        if (registration.isAwaited(SelectionKey.OP_ACCEPT)) {
            registration.await(SelectionKey.OP_ACCEPT, cx);
            return null;
        }
        if (!cx.charge()) {
            return null;
        }
        SocketChannel accepted;
        try {
            accepted = channel.accept();
        } catch (IOException e) {
            registration.check(); // closed by another thread
            afterFailure(e, cx);
            return null;
        }
        if (accepted == null) {
            cx.budget().refund();
            registration.await(SelectionKey.OP_ACCEPT, cx);
            return null;
        }
        if (failuresInRow > 0) {
            failuresInRow = 0;
            nextPause = FIRST_PAUSE;
            openSpare();
        }
        return configured(accepted, cx);
    }

    private boolean isPaused(Context cx) {
        if (pause == null) {
            return false;
        }
        if (pause.poll(cx).isPending()) {
            return true;
        }
        pause.close();
        pause = null;
        return false;
    }

    /** Keeps still for a while, unless it was one connection that failed and not the system. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void afterFailure(IOException e, Context cx) {
        failedAccepts++;
        failuresInRow++;
        if (failuresInRow == 1 && descriptorsAreLeft()) {
            cx.waker().wake();
            return;
        }
        if (nextPause.equals(FIRST_PAUSE)) {
            closeSpare();
            warn(e);
            openSpare();
        }
        Sleep sleep = Sleep.of(nextPause);
        nextPause = nextPause.multipliedBy(2);
        if (nextPause.compareTo(LONGEST_PAUSE) > 0) {
            nextPause = LONGEST_PAUSE;
        }
        pause = sleep;
        isPaused(cx);
    }

    private void warn(IOException e) {
        String told = "no connection can be accepted on " + local + "; trying again at least every "
                + LONGEST_PAUSE.toSeconds() + " s";
        try {
            LOG.log(System.Logger.Level.WARNING, told, e);
        } catch (RuntimeException | Error unloggable) {
            e.addSuppressed(unloggable); // a logger may need more descriptors than one; accepting goes on without it
        }
    }

    private synchronized void openSpare() {
        if (spare == null && registration.failure() == null) {
            try {
                spare = SocketChannel.open();
            } catch (IOException e) {
                spare = null; // taken by another thread: the next warning has to do without
            }
        }
    }

    private synchronized void closeSpare() {
        SocketChannel reserved = spare;
        spare = null;
        if (reserved != null) {
            try {
                reserved.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a socket that was never used failed to close", e);
            }
        }
    }

    /** The error of an accept does not tell whose it is; that of an open does. */
    private static boolean descriptorsAreLeft() {
        try {
            SocketChannel.open().close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private @Nullable TcpStream configured(SocketChannel accepted, Context cx) {
        Registration place = new Registration(accepted);
        try {
            options.applyTo(accepted);
            return new TcpStream(accepted, place);
        } catch (IOException e) { // the peer is gone already
            place.close(e);
            cx.waker().wake();
            return null;
        }
    }

    /** True after a poll has thrown: the listener was closed, by whomever, or its runtime was shut down. */
    @Override
    public boolean isDone() {
        return failed;
    }

    /** Returns the address that peers connect to. Any thread. */
    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    /** Returns the number of connections that could not be accepted. Any thread. */
    public long failedAccepts() {
        return failedAccepts;
    }

    /** Ends the listening; connections in the backlog are refused, accepted ones live on. Any thread. Idempotent. */
    @Override
    public void close() {
        registration.close(new IOException("the listener on " + local + " was closed"));
        closeSpare();
        Sleep sleep = pause;
        if (sleep != null) {
            sleep.close();
        }
    }

    @Override
    public String toString() {
        return "TcpListener[" + local + "]";
    }
}
