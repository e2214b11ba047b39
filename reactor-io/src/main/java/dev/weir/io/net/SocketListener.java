package dev.weir.io.net;

import dev.weir.io.ByteListener;
import dev.weir.io.ByteStream;
import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import dev.weir.time.Clock;
import dev.weir.time.Timer;
import dev.weir.time.Timers;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What listeners of all families have in common: accepting, and keeping still while descriptors are short.
 *
 * @param <S> the type of the streams
 */
abstract sealed class SocketListener<S extends ByteStream> implements ByteListener<S>
        permits TcpListener, UnixListener {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ServerSocketChannel channel;
    private final SocketAttempt.Wrapping<S> wrapping;
    private final Registration registration;
    private final SocketAddress local;
    /** Set by the owner; another thread that closes the listener ends it. */
    private volatile @Nullable Timer pause;

    private volatile long pausedSince;
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

    /** Of a channel that is bound and non-blocking, which from now on belongs to it. */
    SocketListener(ServerSocketChannel channel, SocketAttempt.Wrapping<S> wrapping) throws IOException {
        this.channel = channel;
        this.wrapping = wrapping;
        registration = new Registration(channel);
        local = channel.getLocalAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public @Nullable S poll(Context cx) throws IOException {
        try {
            registration.check();
            return accept(cx);
        } catch (IOException | RuntimeException e) {
            failed = true;
            throw e;
        }
    }

    private @Nullable S accept(Context cx) throws IOException {
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
        return wrapped(accepted, cx);
    }

    private boolean isPaused(Context cx) {
        Timer timer = pause;
        if (timer == null) {
            return false;
        }
        if (timer.register(cx.waker())) {
            return true;
        }
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
        pausedSince = cx.service(Clock.class).nanos();
        pause = cx.service(Timers.class).schedule(pausedSince + nextPause.toNanos(), cx.waker());
        nextPause = nextPause.multipliedBy(2);
        if (nextPause.compareTo(LONGEST_PAUSE) > 0) {
            nextPause = LONGEST_PAUSE;
        }
        if (registration.failure() != null) { // who closed it has not seen the pause
            endPause();
        }
    }

    /** Wakes the owner, by the driver. */
    private void endPause() {
        Timer timer = pause;
        if (timer != null) {
            try {
                timer.reset(pausedSince);
            } catch (IllegalStateException over) {
                LOG.log(System.Logger.Level.DEBUG, "its runtime has ended, and with it the pause", over);
            }
        }
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

    /** What makes a listener calls it last: if that fails, nobody would close the spare. */
    final synchronized void openSpare() {
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

    private @Nullable S wrapped(SocketChannel accepted, Context cx) {
        try {
            return wrapping.wrapOrClose(accepted);
        } catch (IOException e) { // the peer is gone already. Whatever else it is, the next will fare no better
            cx.waker().wake();
            return null;
        }
    }

    /** True after a poll has thrown: the listener was closed, by whomever, or its runtime was shut down. */
    @Override
    public boolean isDone() {
        return failed;
    }

    /** Returns the number of connections that could not be accepted. Any thread. */
    public long failedAccepts() {
        return failedAccepts;
    }

    /**
     * Ends the listening; connections in the backlog are refused, accepted ones live on. Any thread. Idempotent.
     *
     * <p>If it has waited, this takes effect at the driver's next look, as a rule soon after the return: until then the
     * address is in use. On a current-thread runtime nobody looks while nobody drives it.
     */
    @Override
    public void close() {
        registration.close(new IOException("the listener on " + local + " was closed"));
        closeSpare();
        endPause();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + local + "]";
    }
}
