package dev.weir.io.testkit;

import dev.weir.io.Network;
import dev.weir.task.Pollable;
import dev.weir.testkit.simulation.SimulatedRuntime;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connects the programs of one simulated runtime with each other. How long anything is under way, where chunks are cut,
 * what breaks and in which order connections arrive is drawn from the seed of the run. For the thread of the simulation.
 *
 * <p>It behaves as TCP does where a program can tell: bytes arrive in their order or not at all; a direction ends apart
 * from the other; what was sent and not read is bounded, and then the writer waits; a reset overtakes what is under way
 * and is never taken for an end; who writes to a side that is closed gets a reset.
 */
public final class SimulatedNetwork implements Network<SimulatedStream> {
    private static final int FIRST_PORT = 40_000;
    private static final int LAST_PORT = 65_535;

    private final SimulatedRuntime runtime;
    private final Conditions conditions;
    private final Random random;
    private final Map<InetSocketAddress, SimulatedListener> listeners = new LinkedHashMap<>();
    private final Set<SimulatedStream> open = new LinkedHashSet<>();
    /** How many listeners and connections have a port, of whichever host. */
    private final Map<Integer, Integer> uses = new HashMap<>();

    private int nextPort = FIRST_PORT;

    private SimulatedNetwork(SimulatedRuntime runtime, Conditions conditions) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.conditions = Objects.requireNonNull(conditions, "conditions");
        this.random = new Random(runtime.random().nextLong());
    }

    /** Creates a network that is {@linkplain Conditions#ROUGH rough} and does not break. */
    public static SimulatedNetwork of(SimulatedRuntime runtime) {
        return of(runtime, Conditions.ROUGH);
    }

    /** Creates a network of these conditions. */
    public static SimulatedNetwork of(SimulatedRuntime runtime, Conditions conditions) {
        return new SimulatedNetwork(runtime, conditions);
    }

    /**
     * {@inheritDoc}
     *
     * @param address an {@link InetSocketAddress}, whose host is but a name here; port 0 chooses one
     */
    @Override
    public SimulatedListener listen(SocketAddress address) throws IOException {
        InetSocketAddress wanted = inet(address);
        InetSocketAddress local = wanted.getPort() == 0 ? withPort(wanted, freePort()) : wanted;
        if (listeners.containsKey(local)) {
            throw new BindException("address already in use: " + local);
        }
        SimulatedListener listener = new SimulatedListener(this, local);
        listeners.put(local, listener);
        use(local.getPort());
        return listener;
    }

    @Override
    public Pollable<SimulatedStream> connect(SocketAddress address) {
        return new SimulatedConnect(this, inet(address));
    }

    /** Returns the streams of which a half is open: who tests for leaks finds none at the end. */
    public Set<SimulatedStream> openStreams() {
        return Set.copyOf(open);
    }

    /** Breaks every connection that is open, as if the cable were cut and noticed. */
    public void resetAll() {
        for (SimulatedStream stream : Set.copyOf(open)) {
            stream.breakUp("the network was cut");
        }
    }

    private static InetSocketAddress inet(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalArgumentException("address must be an InetSocketAddress, was " + address);
    }

    private static InetSocketAddress withPort(InetSocketAddress address, int port) {
        InetAddress host = address.getAddress();
        return host == null
                ? InetSocketAddress.createUnresolved(address.getHostString(), port)
                : new InetSocketAddress(host, port);
    }

    // ------------------------------------------------------------------- for the parts of the network

    @Nullable SimulatedListener listenerAt(InetSocketAddress address) {
        return listeners.get(address);
    }

    void unlisten(SimulatedListener listener) {
        if (listeners.remove(listener.localAddress(), listener)) {
            giveBack(listener.localAddress().getPort());
        }
    }

    /** Makes a connection: the side that connects, whose {@link SimulatedStream#peer()} is the one to be accepted. */
    SimulatedStream pair(InetSocketAddress server) throws BindException {
        InetSocketAddress client = withPort(server, freePort());
        SimulatedStream near = new SimulatedStream(this, client, server);
        SimulatedStream far = new SimulatedStream(this, server, client);
        near.join(far);
        open.add(near);
        open.add(far);
        use(client.getPort());
        use(server.getPort());
        return near;
    }

    void closed(SimulatedStream stream) {
        open.remove(stream);
        if (!open.contains(stream.peer())) { // a side that is open names the ports of both
            giveBack(stream.localAddress().getPort());
            giveBack(stream.remoteAddress().getPort());
        }
    }

    private int freePort() throws BindException {
        for (int tries = FIRST_PORT; tries <= LAST_PORT; tries++) {
            int port = nextPort;
            nextPort = port == LAST_PORT ? FIRST_PORT : port + 1;
            if (!uses.containsKey(port)) {
                return port;
            }
        }
        throw new BindException("all ports from " + FIRST_PORT + " to " + LAST_PORT + " are in use");
    }

    private void use(int port) {
        uses.merge(port, 1, Integer::sum);
    }

    private void giveBack(int port) {
        uses.computeIfPresent(port, (same, count) -> count == 1 ? null : count - 1);
    }

    Conditions conditions() {
        return conditions;
    }

    void later(String what, Runnable event) {
        runtime.later(delay(), what, event);
    }

    void after(Duration delay, String what, Runnable event) {
        runtime.later(delay, what, event);
    }

    Duration delay() {
        long most = conditions.latency().toNanos() / 1000;
        long micros = (long) (random.nextDouble() * (most + 1));
        return Duration.ofNanos(micros * 1000);
    }

    long now() {
        return runtime.clock().nanos();
    }

    /** Of so many bytes that could be moved, at least 1, how many are. */
    int cut(int bytes) {
        return conditions.cuts() && random.nextBoolean() ? 1 + random.nextInt(bytes) : bytes;
    }

    boolean oneIn(int n) {
        return n > 0 && random.nextInt(n) == 0;
    }

    @Override
    public String toString() {
        return "SimulatedNetwork[" + conditions + "]";
    }
}
