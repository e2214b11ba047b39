package dev.weir.stream.interop;

import dev.weir.stream.AsyncStream;
import dev.weir.stream.op.Within;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * As {@link ReactorContext}, and with the thread-locals that Micrometer's context propagation knows: what the context of a
 * subscriber holds under the key of a {@code ThreadLocalAccessor} is in the thread-local during each poll of the run, and
 * what is in the thread-local is in the context of a publisher that the run subscribes to. Needs both libraries.
 */
public final class ReactorThreadLocals {
    private ReactorThreadLocals() {}

    /**
     * Returns a stream as a {@link Flux}: see {@link ReactorContext#flux}. A run has the thread-locals that its subscriber's
     * context holds and, where that holds none, those of the thread that subscribed.
     */
    public static <T> Flux<T> flux(AsyncStream<T> stream) {
        Objects.requireNonNull(stream, "stream");
        return Flux.deferContextual(context -> stream.lift(up -> new Within<T>(
                new Within<T>(up, ThreadLocals.capture(context)), ReactorContext.CURRENT.binding(context))));
    }

    /**
     * Returns a stream of what a publisher emits: see {@link ReactorContext#stream}. In the context of the publisher are
     * the thread-locals that the run has when it subscribes.
     */
    public static <T> AsyncStream<T> stream(Publisher<? extends T> publisher) {
        Objects.requireNonNull(publisher, "publisher");
        return ReactorContext.stream(Flux.<T>from(publisher)
                .contextWrite(context ->
                        ContextSnapshotFactory.builder().build().captureAll().updateContext(context)));
    }
}
