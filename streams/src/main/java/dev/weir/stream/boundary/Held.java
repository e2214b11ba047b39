package dev.weir.stream.boundary;

import dev.weir.stream.push.Emitter;
import dev.weir.task.Source;

/**
 * What is between a feeder that does not wait and the owner of the other end.
 *
 * @param <T> what is put in
 * @param <R> what comes out
 */
interface Held<T, R> {
    /** Takes an item in, whether or not there is room for one more. By the feeder. */
    void put(T item) throws Exception;

    /** Ends it behind what is held. By the feeder, once. */
    void end(Outcome.How how);

    /** Tells whether nothing is wanted any more. */
    boolean isClosed();

    /** Returns the end where it comes out. */
    Source<R> outlet();

    /** Holds items as an emitter does. */
    static <T> Held<T, T> in(Emitter<T> emitter) {
        return new Held<>() {
            @Override
            public void put(T item) {
                emitter.emit(item);
            }

            @Override
            public void end(Outcome.How how) {
                Throwable failure = how.failure();
                if (failure == null) {
                    emitter.complete();
                } else if (how.isNews() || !emitter.isClosed()) {
                    emitter.fail(failure);
                }
            }

            @Override
            public boolean isClosed() {
                return emitter.isClosed();
            }

            @Override
            public Source<T> outlet() {
                return emitter.source();
            }
        };
    }
}
