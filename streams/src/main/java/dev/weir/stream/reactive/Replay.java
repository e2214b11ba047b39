package dev.weir.stream.reactive;

import java.util.Objects;

/**
 * What is {@linkplain Outlet given out} to whoever comes, when they like: each begins with the items that are kept, all or
 * the latest n. Nobody's leaving ends it. The slowest may be the history behind, so that no more is held than that.
 */
final class Replay<T> extends Outlet<T> {
    private final int history;
    private Node<T> oldest = tail();
    /** How many are the whole history behind. */
    private int behind;

    /**
     * Creates an empty buffer.
     *
     * @param history the most items that are kept; {@link Integer#MAX_VALUE} for all
     */
    Replay(int history) {
        super(false);
        this.history = history;
    }

    @Override
    Node<T> beginning() {
        return oldest;
    }

    @Override
    boolean hasRoom() {
        return behind == 0;
    }

    @Override
    boolean keepsNothing() {
        return oldest.item == null;
    }

    @Override
    void attached(Cursor cursor) {
        behind += isBehind(cursor.next) ? 1 : 0;
    }

    @Override
    void appended(Node<T> item) {
        if (tail().index - oldest.index > history) {
            Node<T> forgotten = oldest;
            oldest = Objects.requireNonNull(forgotten.next);
            if (behind == 0) { // else somebody came to it after the producer's look, and goes on from it
                forgotten.takeOut();
            }
        }
        behind = 0;
        for (Cursor cursor : cursors()) {
            behind += isBehind(cursor.next) ? 1 : 0;
        }
    }

    @Override
    void passed(Node<T> item) {
        behind -= isBehind(item) ? 1 : 0;
        behind += isBehind(Objects.requireNonNull(item.next)) ? 1 : 0;
    }

    @Override
    void detached(Node<T> place, boolean last) {
        behind -= isBehind(place) ? 1 : 0;
    }

    private boolean isBehind(Node<T> place) {
        return tail().index - place.index >= history;
    }
}
