package dev.weir.io.net;

import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
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
            channel = socket;
            place = new Registration(socket);
            registration = place;
            connected = socket.connect(target);
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

    @Override
    public void close() {
        Registration place = registration;
        if (place != null) {
            registration = null;
            place.close(new IOException("the attempt to connect to " + target + " was given up"));
        }
    }
}
