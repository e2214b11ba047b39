package dev.weir.tck;

import dev.weir.stream.reactive.SourcePublisher;
import dev.weir.task.Source;
import java.util.List;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;

/**
 * A publisher to verify.
 *
 * @param row what it publishes
 * @param sizes under which capacities
 */
record PublisherCase(Row row, Sizes sizes) {
    /**
     * A way to make sources.
     *
     * @param finite makes one of exactly so many items
     * @param failed makes one that fails without an item
     */
    record Row(String name, Finite finite, Failed failed) {
        /** Crosses the row with capacities. */
        Stream<PublisherCase> with(List<Sizes> sizes) {
            return sizes.stream().map(each -> new PublisherCase(this, each));
        }
    }

    /** Opens a source of n items. */
    interface Finite {
        Source<?> open(Sizes sizes, long n);
    }

    /** Opens a source that fails. */
    interface Failed {
        Source<?> open(Sizes sizes);
    }

    Publisher<Object> publisher(long n) {
        return new SourcePublisher<>(() -> row.finite().open(sizes, n), sizes::runtime, sizes.batch());
    }

    Publisher<Object> failedPublisher() {
        return new SourcePublisher<>(() -> row.failed().open(sizes), sizes::runtime, sizes.batch());
    }

    @Override
    public String toString() {
        return row.name() + " [" + sizes + "]";
    }
}
