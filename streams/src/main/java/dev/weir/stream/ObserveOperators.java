package dev.weir.stream;

import dev.weir.stream.op.Log;
import dev.weir.stream.op.Named;
import dev.weir.stream.op.OnCancel;
import dev.weir.stream.op.OnClose;
import dev.weir.stream.op.OnComplete;
import dev.weir.stream.op.OnRequest;
import dev.weir.stream.op.OnStart;
import dev.weir.stream.op.Peek;
import dev.weir.stream.op.PeekAfter;
import dev.weir.stream.op.PeekError;
import dev.weir.stream.op.Within;
import dev.weir.task.Surroundings;
import dev.weir.task.TaskLocal;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The operators of {@link AsyncStream} that change nothing: they show what happens. Consumers and actions run on the
 * task of the run and must not block; what they throw fails the run unless it says otherwise.
 *
 * @param <T> the type of the items
 */
public sealed interface ObserveOperators<T> permits AsyncStream {
    private AsyncStream<T> self() {
        return (AsyncStream<T>) this;
    }

    /** Shows each item to the consumer before giving it. The peers' {@code doOnNext}. */
    default AsyncStream<T> peek(Consumer<? super T> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return self().lift(up -> new Peek<T>(up, consumer));
    }

    /**
     * Shows each item to the consumer after it was given and dealt with: when the next one is asked for, or the run is
     * closed. What the consumer throws then comes out of that poll, as a failure, or of the close. Holds one item.
     * RxJava's {@code doAfterNext}.
     */
    default AsyncStream<T> peekAfter(Consumer<? super T> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return self().lift(up -> new PeekAfter<T>(up, consumer));
    }

    /**
     * Shows the failure of upstream to the consumer before passing it on. What the consumer throws is suppressed. The
     * peers' {@code doOnError}.
     */
    default AsyncStream<T> peekError(Consumer<? super Throwable> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return self().lift(up -> new PeekError<T>(up, consumer));
    }

    /**
     * Shows each item, and the end, to the consumer before passing it on: see {@link Signal}. What it throws for an item
     * or the completion fails the run; what it throws for a failure is suppressed. An {@link Error} is not shown. The
     * peers' {@code doOnEach}.
     */
    default AsyncStream<T> peekSignal(Consumer<? super Signal<T>> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return self().peekError(failure -> {
                    if (failure instanceof Exception exception) {
                        consumer.accept(Signal.failed(exception));
                    }
                })
                .peek(item -> consumer.accept(Signal.item(item)))
                .onComplete(() -> consumer.accept(Signal.completed()));
    }

    /**
     * Runs the action when an item is asked for: once for each item, and once for the end if that was not known before,
     * however long it takes to come. What is asked for here is one item at a time; how much a subscriber has requested
     * is known only where it subscribes. The peers' {@code doOnRequest}.
     */
    default AsyncStream<T> onRequest(Runnable action) {
        Objects.requireNonNull(action, "action");
        return self().lift(up -> new OnRequest<T>(up, action));
    }

    /** Runs the action in the first poll of a run: when something is asked for. The peers' {@code doOnSubscribe}. */
    default AsyncStream<T> onStart(Runnable action) {
        Objects.requireNonNull(action, "action");
        return self().lift(up -> new OnStart<T>(up, action));
    }

    /** Runs the action when upstream has completed, before that is passed on. The peers' {@code doOnComplete}. */
    default AsyncStream<T> onComplete(Runnable action) {
        Objects.requireNonNull(action, "action");
        return self().lift(up -> new OnComplete<T>(up, action));
    }

    /**
     * Runs the action when upstream has completed or failed, before that is passed on. What it throws at a completion
     * fails the run; at a failure it is suppressed. The peers' {@code doOnTerminate}; {@link #onClose} runs once upstream is closed.
     */
    default AsyncStream<T> onTerminate(Runnable action) {
        Objects.requireNonNull(action, "action");
        return self().peekError(failure -> action.run()).onComplete(action);
    }

    /** Runs the action if a run is closed before it has ended. The peers' {@code doOnCancel}. */
    default AsyncStream<T> onCancel(Runnable action) {
        Objects.requireNonNull(action, "action");
        return self().lift(up -> new OnCancel<T>(up, action));
    }

    /**
     * Runs the action once for each run, after upstream was closed: on completion, failure and cancellation alike. It
     * runs before a subscriber is told of the end, and where {@code take} or the like is behind it, before the last item
     * is used. The peers' {@code doFinally} and {@code doAfterTerminate} run after the subscriber was told: what must is
     * done by the subscriber.
     */
    default AsyncStream<T> onClose(Runnable action) {
        Objects.requireNonNull(action, "action");
        return self().lift(up -> new OnClose<T>(up, action));
    }

    /**
     * Polls and closes all that is above in these surroundings, on whichever thread that is: what upstream and its
     * functions find in thread-locals. What is below is not concerned, nor what runs in another task, above a {@link
     * AsyncStream#detach detach}. Changes neither demand nor items.
     */
    default AsyncStream<T> within(Surroundings surroundings) {
        Objects.requireNonNull(surroundings, "surroundings");
        return self().lift(up -> new Within<T>(up, surroundings));
    }

    /**
     * Binds a local for all that is above: its functions find the value whatever the thread, and what is below does not.
     * Of two for the same local the upper one counts; and see {@link #within}. Reactor's {@code contextWrite}.
     *
     * <pre>{@code
     * AsyncStream.fromCallable(() -> repository.find(USER.get())).where(USER, user)
     * }</pre>
     */
    default <V> AsyncStream<T> where(TaskLocal<V> local, V value) {
        return within(Objects.requireNonNull(local, "local").binding(value));
    }

    /**
     * Has a listener told of all that happens here, one for each run: what metrics and traces are made of. It is told
     * before those below are, changes nothing, and fails nothing: see {@link StreamListener}. Costs a reading of the clock
     * when an item is asked for, and when it has come. {@link dev.weir.stream.interop.StreamMeters} is one for Micrometer.
     * Reactor's {@code tap}.
     *
     * <pre>
     *  upstream  --1-----2--|
     *  listener  start, request, item, request, item, end: COMPLETED, 2 items
     *  given     --1-----2--|
     * </pre>
     *
     * @param listeners makes a listener in the first poll of a run, on its task; what it throws fails the run
     */
    default AsyncStream<T> tap(Supplier<? extends StreamListener<? super T>> listeners) {
        Objects.requireNonNull(listeners, "listeners");
        return self().lift(up -> new Tap<T>(up, listeners));
    }

    /** Logs what happens to each run under the name of this class, at the level {@code INFO}. */
    default AsyncStream<T> log(String name) {
        Objects.requireNonNull(name, "name");
        System.Logger logger = System.getLogger(AsyncStream.class.getName());
        return log(line -> logger.log(System.Logger.Level.INFO, "{0}: {1}", name, line));
    }

    /** Tells a listener what happens to each run, a line for each event. */
    default AsyncStream<T> log(Consumer<? super String> listener) {
        Objects.requireNonNull(listener, "listener");
        return self().lift(up -> new Log<T>(up, listener));
    }

    /**
     * Gives this place of the stream a name. A failure that passes it carries a suppressed exception that tells which
     * names it has passed, the innermost first, and where in the code they stand. The code is looked up once, when the
     * stream is put together; a run pays one call an item, so names may stay in production. Reactor's {@code checkpoint}.
     *
     * <p>With the system property {@value Assembly#PROPERTY} every operator is named so, after itself.
     */
    default AsyncStream<T> named(String name) {
        Object place = Assembly.place(Objects.requireNonNull(name, "name"));
        return self().lift(up -> new Named<T>(up, place));
    }
}
