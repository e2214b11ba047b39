package dev.weir.io.net;

import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** Connects to one address. Owns the socket until it hands the stream over. Costs no budget. */
final class SocketAttempt<S> implements Pollable<S> {
    /** Opens a socket, set to non-blocking. */
    @FunctionalInterface
    interface Opener {
        SocketChannel open() throws IOException;
    }

    /** Makes the stream of a connected socket. */
    @FunctionalInterface
    interface Wrapping<S> {
        S wrap(SocketChannel channel, Registration registration) throws IOException;

        /** Makes the stream of a socket that is closed if that fails, from want of memory or whatever else. */
        default S wrapOrClose(SocketChannel channel) throws IOException {
            try {
                return wrap(channel, new Registration(channel));
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
        }
    }

    private final SocketAddress target;
    private final Opener opener;
    private final Wrapping<S> wrapping;
    private @Nullable SocketChannel channel;
    private @Nullable Registration registration;

    SocketAttempt(SocketAddress target, Opener opener, Wrapping<S> wrapping) {
        this.target = target;
        this.opener = opener;
        this.wrapping = wrapping;
    }

    @Override
    public Poll<S> poll(Context cx) throws IOException {
        SocketChannel socket = channel;
        Registration place = registration;
        boolean connected;
        if (socket == null || place == null) {
            socket = opener.open();
            place = registered(socket);
            channel = socket;
            registration = place;
            connected = connect(socket);
        } else {
            place.check();
            connected = socket.finishConnect();
            if (connected) {
                place.disarm(SelectionKey.OP_CONNECT); // polled for another reason it may come before the event
            }
        }
        if (!connected) {
            place.await(SelectionKey.OP_CONNECT, cx);
            return Poll.pending();
        }
        S stream = wrapping.wrap(socket, place);
        registration = null;
        return Poll.ready(stream);
    }

    private static Registration registered(SocketChannel socket) throws IOException {
        try {
            return new Registration(socket);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    /** An address that the socket has no way to is one that failed: of several, the next may do. */
    private boolean connect(SocketChannel socket) throws IOException {
        try {
            return socket.connect(target);
        } catch (UnsupportedAddressTypeException e) {
            throw new IOException("the sockets of this system do not connect to such addresses as " + target, e);
        }
    }

    @Override
    public void close() {
        Registration place = registration;
        if (place != null) {
            registration = null;
            place.close(new IOException("the attempt to connect to " + target + " was given up"));
        }
    }
}
