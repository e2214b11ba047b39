package dev.weir.runtime;

import org.jspecify.annotations.Nullable;

/** The driver without events: a place to wait for the next timer. */
final class ParkDriver implements Driver {
    private final Parker parker = new ThreadParker();

    @Override
    public int park(long nanos) {
        parker.park(nanos);
        return 0;
    }

    @Override
    public int poll() {
        return 0;
    }

    @Override
    public void unpark() {
        parker.unpark();
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        return null;
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "a driver without I/O";
    }
}
