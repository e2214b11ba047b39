package dev.weir.io.testkit;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.WakerCell;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Knocks, waits for the answer, and holds the stream until it hands it over. */
final class SimulatedConnect implements Pollable<SimulatedStream> {
    private final SimulatedNetwork network;
    private final InetSocketAddress address;
    private final WakerCell waiter = new WakerCell();
    private boolean knocked;
    private boolean givenUp;
    private @Nullable SimulatedStream stream;
    private @Nullable IOException failure;

    SimulatedConnect(SimulatedNetwork network, InetSocketAddress address) {
        this.network = network;
        this.address = address;
    }

    @Override
    public Poll<SimulatedStream> poll(Context cx) throws IOException {
        if (!cx.charge()) {
            return Poll.pending();
        }
        if (failure != null) {
            throw failure;
        }
        SimulatedStream connected = stream;
        if (connected != null) {
            stream = null;
            return Poll.ready(connected);
        }
        cx.budget().refund();
        waiter.register(cx.waker());
        if (!knocked) {
            knocked = true;
            network.later("a connect arrives at " + address, this::arrive);
        }
        return Poll.pending();
    }

    private void arrive() {
        SimulatedListener listener = network.listenerAt(address);
        if (givenUp) {
            return;
        }
        if (listener == null || network.oneIn(network.conditions().refuseOneIn())) {
            refuse();
            return;
        }
        SimulatedStream near;
        try {
            near = network.pair(address);
        } catch (BindException e) {
            failure = e;
            waiter.wake();
            return;
        }
        if (listener.arrive(near.peer())) {
            network.later("a connect is answered by " + address, () -> answer(near));
        } else {
            near.breakUp("the backlog was full");
            refuse();
        }
    }

    private void refuse() {
        network.later("a connect is refused by " + address, () -> {
            failure = new ConnectException("connection refused: " + address);
            waiter.wake();
        });
    }

    private void answer(SimulatedStream near) {
        if (givenUp) {
            near.close();
        } else {
            stream = near;
            waiter.wake();
        }
    }

    @Override
    public void close() {
        givenUp = true;
        waiter.clear();
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    @Override
    public String toString() {
        return "SimulatedConnect[" + address + "]";
    }
}
