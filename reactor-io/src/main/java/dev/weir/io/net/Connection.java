package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import dev.weir.io.driver.Registration;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What the two halves of a stream share: the channel, its registration, the first error, and when to close. */
final class Connection {
    private final SocketChannel channel;
    private final Registration registration;
    private final ByteBudget byteBudget;
    private int openHalves = 2;

    /** True while a write is on its way into the kernel; see {@link #hasEnded}. */
    private volatile boolean writing;

    /** The peer was told that no more will come. */
    private volatile boolean outputEnded;

    Connection(SocketChannel channel, Registration registration, ByteBudget byteBudget) {
        this.channel = channel;
        this.registration = registration;
        this.byteBudget = byteBudget;
    }

    ByteBudget byteBudget() {
        return byteBudget;
    }

    Registration registration() {
        return registration;
    }

    /** Reads once; the first error closes the connection. */
    int read(ByteBuffer into) throws IOException {
        try {
            return channel.read(into);
        } catch (IOException e) {
            throw close(e);
        }
    }

    /** Writes once, all of these buffers if the kernel takes them; the first error closes the connection. */
    long write(ByteBuffer[] from) throws IOException {
        writing = true;
        try {
            return channel.write(from);
        } catch (IOException e) {
            throw close(e);
        } finally {
            writing = false;
        }
    }

    /** Writes once; the first error closes the connection. */
    int write(ByteBuffer from) throws IOException {
        writing = true;
        try {
            return channel.write(from);
        } catch (IOException e) {
            throw close(e);
        } finally {
            writing = false;
        }
    }

    /**
     * Tells whether an end of stream that was just read is one. After a reset the kernel reports the error once, to
     * whoever comes first, and a clean end from then on: an end that was read while a write was under way is
     * therefore no end yet.
     *
     * @return false if the reader has to look again
     * @throws IOException if the connection has failed
     */
    boolean hasEnded() throws IOException {
        if (writing) {
            return false; // its error, if it got one, came before our end, and will be known when it has returned
        }
        registration.check();
        return true;
    }

    /** Tells the peer that no more will come. */
    void shutdownOutput() throws IOException {
        try {
            channel.shutdownOutput();
            outputEnded = true;
        } catch (IOException e) {
            throw close(e);
        }
    }

    boolean isOutputEnded() {
        return outputEnded;
    }

    /** One half needs the connection no more. */
    void release() {
        boolean last;
        synchronized (this) {
            last = --openHalves == 0;
        }
        if (last) {
            close(new Released());
        }
    }

    /** Closes at once. Any thread. Returns the first reason there was. */
    IOException close(IOException reason) {
        return registration.close(reason);
    }

    /** Closes at once so that the peer cannot take it for a regular end, where the system has a way to tell it. */
    void reset(IOException reason) {
        try {
            if (channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        close(reason);
    }

    @Override
    public String toString() {
        return "Connection[" + registration + "]";
    }

    /** Why a channel is closed that nobody has any more. Made for every connection, so it does without a stack trace. */
    private static final class Released extends IOException {
        private static final long serialVersionUID = 1;

        Released() {
            super("the connection is closed");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
