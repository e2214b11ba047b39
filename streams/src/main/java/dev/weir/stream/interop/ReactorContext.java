package dev.weir.stream.interop;

import dev.weir.stream.AsyncStream;
import dev.weir.stream.op.Within;
import dev.weir.task.TaskLocal;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Reactor's context through the streams of this library. Downstream of a stream it is what the subscriber brings, in the
 * stream it is a {@link TaskLocal}, and upstream of it the publishers that it adopts find it again:
 *
 * <pre>{@code
 * Flux<Order> orders = ReactorContext.flux(
 *         ReactorContext.stream(repository.findAll())              // a Flux, which finds the context of the request
 *                 .filter(order -> allowed(ReactorContext.current().get("user"), order)));
 * orders.contextWrite(Context.of("user", user)).subscribe(…);
 * }</pre>
 */
public final class ReactorContext {
    /** The context of the subscriber whose run this is; found in every poll of the run and in its close. */
    public static final TaskLocal<ContextView> CURRENT = TaskLocal.named("Reactor's context");

    private ReactorContext() {}

    /** Returns the context of the subscriber whose run this is, an empty one if there is none. */
    public static ContextView current() {
        ContextView bound = CURRENT.orNull();
        return bound == null ? Context.empty() : bound;
    }

    /**
     * Returns a stream as a {@link Flux}: each subscriber gets a run of its own, in which its context is the {@linkplain
     * #current() current} one. Demand, order, failure and cancellation are as with any subscriber of the stream.
     */
    public static <T> Flux<T> flux(AsyncStream<T> stream) {
        Objects.requireNonNull(stream, "stream");
        return Flux.deferContextual(context -> stream.lift(up -> new Within<T>(up, CURRENT.binding(context))));
    }

    /**
     * Returns a stream of what a publisher emits, which finds the context that is current when a run subscribes to it, in
     * its first poll. It is read then and not again. All else is as {@link AsyncStream#fromPublisher(Publisher)} says.
     */
    public static <T> AsyncStream<T> stream(Publisher<? extends T> publisher) {
        Objects.requireNonNull(publisher, "publisher");
        return AsyncStream.defer(() -> {
            ContextView context = CURRENT.orNull();
            return context == null ? publisher : Flux.<T>from(publisher).contextWrite(context);
        });
    }
}
