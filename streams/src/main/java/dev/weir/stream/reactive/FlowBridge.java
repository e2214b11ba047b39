package dev.weir.stream.reactive;

import java.util.concurrent.Flow;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/**
 * The JDK's twins of the interfaces of Reactive Streams. The two families have the same rules and differ in name only,
 * so nothing is added between them, and converting there and back gives the object that was there before.
 */
public final class FlowBridge {
    private FlowBridge() {}

    /** Returns the JDK's view of a publisher. */
    public static <T> Flow.Publisher<T> toFlow(Publisher<T> publisher) {
        return FlowAdapters.toFlowPublisher(publisher);
    }

    /** Returns the JDK's view of a subscriber. */
    public static <T> Flow.Subscriber<T> toFlow(Subscriber<T> subscriber) {
        return FlowAdapters.toFlowSubscriber(subscriber);
    }

    /** Returns the JDK's view of a processor. */
    public static <T, R> Flow.Processor<T, R> toFlow(Processor<T, R> processor) {
        return FlowAdapters.toFlowProcessor(processor);
    }

    /** Returns the Reactive Streams view of a publisher. */
    public static <T> Publisher<T> fromFlow(Flow.Publisher<T> publisher) {
        return FlowAdapters.toPublisher(publisher);
    }

    /** Returns the Reactive Streams view of a subscriber. */
    public static <T> Subscriber<T> fromFlow(Flow.Subscriber<T> subscriber) {
        return FlowAdapters.toSubscriber(subscriber);
    }

    /** Returns the Reactive Streams view of a processor. */
    public static <T, R> Processor<T, R> fromFlow(Flow.Processor<T, R> processor) {
        return FlowAdapters.toProcessor(processor);
    }
}
