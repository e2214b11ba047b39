package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.reactive.SharedRun;
import java.util.Objects;

/**
 * One run for many: subscribers of {@link #stream()} wait until it is begun, and then receive the same items. Reactor's
 * and RxJava's {@code ConnectableFlux} and {@code ConnectableFlowable}.
 */
public final class ConnectableStream<T> {
    private final AsyncStream<T> upstream;
    private final SharedRun<T> run;
    private final int buffer;

    ConnectableStream(AsyncStream<T> upstream, int buffer) {
        this.upstream = upstream;
        this.buffer = buffer;
        this.run = SharedRun.once(upstream::open, buffer, 0);
    }

    /** Returns the stream to subscribe to. It gives a subscriber what comes after its first request. */
    public AsyncStream<T> stream() {
        return upstream.sharing(run);
    }

    /**
     * Begins the run, in a task of its own, unless that was done before.
     *
     * @return whether this call has begun it
     */
    public boolean connect(TaskRuntime runtime) {
        return run.connect(Objects.requireNonNull(runtime, "runtime"));
    }

    /**
     * Returns a stream of which one run begins, by itself, when so many subscribers have made their first request.
     *
     * @param subscribers at least 1
     */
    public AsyncStream<T> autoConnect(int subscribers) {
        Check.positive(subscribers, "subscribers");
        SharedRun<T> counted = SharedRun.once(upstream::open, buffer, subscribers);
        return upstream.sharing(counted);
    }
}
