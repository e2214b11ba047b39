package dev.weir.io.net;

import dev.weir.io.driver.Registration;
import dev.weir.io.driver.Transport;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks the name up if need be and connects to the first of its addresses that answers: Happy Eyeballs, RFC 8305. The
 * resolver's order is kept but for the families, which take turns; an attempt that fails or takes longer than the
 * stagger lets the next one begin, and the first to connect closes all others.
 */
final class TcpConnect implements Pollable<TcpStream> {
    static final Duration STAGGER = Duration.ofMillis(250);

    /** Finds the addresses of a name; may block. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final InetSocketAddress address;
    private final TcpOptions options;
    private final Resolver resolver;
    private @Nullable JoinHandle<InetAddress[]> lookup;
    private @Nullable ArrayDeque<InetSocketAddress> untried;
    private final List<SocketAttempt<TcpStream>> running = new ArrayList<>();
    private @Nullable Sleep stagger;
    private @Nullable IOException failure;

    TcpConnect(SocketAddress address, TcpOptions options, Resolver resolver) {
        Objects.requireNonNull(address, "address");
        if (!(address instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("address must be an InetSocketAddress, was " + address);
        }
        this.address = inet;
        this.options = Objects.requireNonNull(options, "options");
        this.resolver = resolver;
    }

    @Override
    public Poll<TcpStream> poll(Context cx) throws Exception {
        ArrayDeque<InetSocketAddress> targets = targets(cx);
        if (targets == null || !cx.charge()) { // in this order: the lookup charges for itself, and may be all there is
            return Poll.pending();
        }
        for (; ; ) {
            int before = running.size();
            TcpStream connected = pollRunning(cx);
            if (connected != null) {
                closeAll(); // the losers, now: their peers need not wait for our owner
                return Poll.ready(connected);
            }
            boolean oneFailed = running.size() < before;
            if (targets.isEmpty()) {
                if (running.isEmpty()) {
                    throw Objects.requireNonNull(failure, "failure");
                }
                return Poll.pending();
            }
            if (!running.isEmpty() && !oneFailed && !isNextDue(cx)) {
                return Poll.pending();
            }
            startNext(targets);
        }
    }

    /** Polls every attempt once, in the order of their beginning. */
    private @Nullable TcpStream pollRunning(Context cx) {
        for (Iterator<SocketAttempt<TcpStream>> each = running.iterator(); each.hasNext(); ) {
            SocketAttempt<TcpStream> attempt = each.next();
            try {
                Poll<TcpStream> answer = attempt.poll(cx);
                if (answer.isReady()) {
                    each.remove();
                    return answer.get();
                }
            } catch (IOException e) {
                each.remove();
                attempt.close();
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        return null;
    }

    private boolean isNextDue(Context cx) {
        if (stagger == null) {
            return true;
        }
        cx.budget().refund(); // no connection yet, and the timer charges for itself when it is due
        return stagger.poll(cx).isReady();
    }

    private void startNext(ArrayDeque<InetSocketAddress> targets) {
        InetSocketAddress target = targets.remove();
        running.add(new SocketAttempt<>(target, () -> open(target), this::wrap));
        if (stagger != null) {
            stagger.close();
        }
        stagger = targets.isEmpty() ? null : Sleep.of(STAGGER);
    }

    private SocketChannel open(InetSocketAddress target) throws IOException {
        SocketChannel channel = Transport.chosen().openStream(TcpOptions.isIpv4(target));
        try {
            options.applyTo(channel);
            return channel;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    private TcpStream wrap(SocketChannel channel, Registration registration) throws IOException {
        return new TcpStream(channel, registration, options.byteBudget());
    }

    private @Nullable ArrayDeque<InetSocketAddress> targets(Context cx) throws Exception {
        ArrayDeque<InetSocketAddress> known = untried;
        if (known != null) {
            return known;
        }
        if (!address.isUnresolved()) {
            untried = new ArrayDeque<>(List.of(address));
            return untried;
        }
        JoinHandle<InetAddress[]> answer = lookup;
        if (answer == null) {
            answer = cx.service(TaskRuntime.class).spawnBlocking(() -> resolver.resolve(address.getHostString()));
            lookup = answer;
        }
        try {
            Poll<InetAddress[]> found = answer.poll(cx);
            if (found.isReady()) {
                untried = interleaved(found.get(), address.getPort());
            }
            return untried;
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException unknown ? unknown : e;
        }
    }

    /** Returns the addresses so that families take turns, beginning with that of the first. */
    static ArrayDeque<InetSocketAddress> interleaved(InetAddress[] addresses, int port) {
        ArrayDeque<InetSocketAddress> first = new ArrayDeque<>();
        ArrayDeque<InetSocketAddress> second = new ArrayDeque<>();
        for (InetAddress each : addresses) {
            boolean like = each instanceof Inet4Address == addresses[0] instanceof Inet4Address;
            (like ? first : second).add(new InetSocketAddress(each, port));
        }
        ArrayDeque<InetSocketAddress> all = new ArrayDeque<>();
        while (!first.isEmpty() || !second.isEmpty()) {
            if (!first.isEmpty()) {
                all.add(first.remove());
            }
            if (!second.isEmpty()) {
                all.add(second.remove());
            }
        }
        return all;
    }

    @Override
    public void close() {
        if (lookup != null) {
            lookup.cancel();
        }
        closeAll();
    }

    private void closeAll() {
        running.forEach(SocketAttempt::close);
        running.clear();
        if (stagger != null) {
            stagger.close();
            stagger = null;
        }
    }
}
