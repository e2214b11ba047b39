package dev.weir.stream.split;

import org.jspecify.annotations.Nullable;

/** The owner of a {@link Splitter}, who waits for parts. */
final class Owner<K, T> extends Asker<Part<K, T>> {
    private final Splitter<K, T> splitter;

    Owner(Splitter<K, T> splitter) {
        this.splitter = splitter;
    }

    @Override
    @Nullable Part<K, T> take() {
        Part<K, T> part = splitter.stock.takePart();
        splitter.holders += part != null ? 1 : 0;
        return part;
    }

    @Override
    boolean isEmpty() {
        return !splitter.stock.hasParts();
    }

    @Override
    boolean isOver() {
        return false;
    }

    @Override
    @Nullable Part<?, ?> part() {
        return null;
    }
}
