package dev.weir.io.net;

import dev.weir.io.driver.Registration;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Looks the name up if need be, starts to connect, waits. Owns the socket until it hands the stream over. */
final class TcpConnect implements Pollable<TcpStream> {
    private final InetSocketAddress address;
    private final TcpOptions options;
    private @Nullable JoinHandle<InetAddress> lookup;
    private @Nullable SocketChannel channel;
    private @Nullable Registration registration;

    TcpConnect(SocketAddress address, TcpOptions options) {
        Objects.requireNonNull(address, "address");
        if (!(address instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("address must be an InetSocketAddress, was " + address);
        }
        this.address = inet;
        this.options = Objects.requireNonNull(options, "options");
    }

    @Override
    public Poll<TcpStream> poll(Context cx) throws Exception {
        if (!cx.charge()) {
            return Poll.pending();
        }
        SocketChannel socket = channel;
        Registration place = registration;
        boolean connected;
        if (socket == null || place == null) {
            InetSocketAddress target = resolve(cx);
            if (target == null) {
                return Poll.pending();
            }
            socket = TcpOptions.isIpv4(target) ? SocketChannel.open(StandardProtocolFamily.INET) : SocketChannel.open();
            channel = socket;
            place = new Registration(socket);
            registration = place;
            options.applyTo(socket);
            connected = socket.connect(target);
        } else {
            place.check();
            connected = socket.finishConnect();
        }
        if (!connected) {
            place.await(SelectionKey.OP_CONNECT, cx);
            return Poll.pending();
        }
        TcpStream stream = new TcpStream(socket, place);
        registration = null;
        return Poll.ready(stream);
    }

    private @Nullable InetSocketAddress resolve(Context cx) throws Exception {
        if (!address.isUnresolved()) {
            return address;
        }
        JoinHandle<InetAddress> answer = lookup;
        if (answer == null) {
            answer = cx.service(TaskRuntime.class).spawnBlocking(() -> InetAddress.getByName(address.getHostString()));
            lookup = answer;
        }
        try {
            Poll<InetAddress> found = answer.poll(cx);
            return found.isPending() ? null : new InetSocketAddress(found.get(), address.getPort());
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException unknown ? unknown : e;
        }
    }

    @Override
    public void close() {
        if (lookup != null) {
            lookup.cancel();
        }
        if (registration != null) {
            registration.close(new IOException("the attempt to connect to " + address + " was given up"));
        }
    }
}
