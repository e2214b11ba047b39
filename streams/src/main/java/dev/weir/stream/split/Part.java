package dev.weir.stream.split;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The items of one key, to be opened by one reader. */
public final class Part<K, T> extends Asker<T> {
    private final Splitter<K, T> splitter;
    final K key;

    // guarded by the splitter's lock
    final ArrayDeque<T> queue = new ArrayDeque<>(4);

    /** It waits to be taken, or was: not only the item that opens it is kept. */
    boolean announced;

    boolean opened;
    boolean complete;
    /** Read also without the lock, by who pulls. */
    volatile boolean closed;

    @Nullable Part<K, T> previousLive;

    @Nullable Part<K, T> nextLive;

    Part(Splitter<K, T> splitter, K key) {
        this.splitter = splitter;
        this.key = key;
    }

    public K key() {
        return key;
    }

    @Override
    @Nullable T take() {
        return queue.poll();
    }

    @Override
    boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    boolean isOver() {
        return complete && queue.isEmpty();
    }

    @Override
    Part<?, ?> part() {
        return this;
    }

    /** Opens the part, which counts as read from now on. Once. */
    public Source<T> open() {
        splitter.lock.lock();
        try {
            opened = true;
        } finally {
            splitter.lock.unlock();
        }
        return new Reader<>(this);
    }

    /** Gives the part up, opened or not. */
    public void close() {
        boolean first;
        @Nullable Waker reader;
        splitter.lock.lock();
        try {
            first = !closed;
            closed = true;
            complete = true;
            queue.clear();
            reader = takeAny();
            if (first) {
                splitter.holders--;
                splitter.stock.leave(this);
            }
        } finally {
            splitter.lock.unlock();
        }
        try {
            if (first) {
                splitter.closeUpstreamIfUnused();
                splitter.wakeOthers();
            }
        } finally {
            if (reader != null) {
                reader.wake(); // another thread has given up what a task still reads
            }
        }
    }

    private static final class Reader<K, T> implements Source<T> {
        private final Part<K, T> part;
        private final Splitter<K, T> splitter;
        private boolean answeredNull;

        Reader(Part<K, T> part) {
            this.part = part;
            this.splitter = part.splitter;
        }

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            answeredNull = false;
            T item = splitter.pull(cx, part);
            answeredNull = item == null;
            return item;
        }

        /** Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). */
        @Override
        public boolean isDone() {
            splitter.lookForEnd();
            splitter.lock.lock();
            try {
                Splitter.End end = splitter.end;
                return part.queue.isEmpty()
                        && (part.complete || (end != null && (end.failure() == null || !answeredNull)));
            } finally {
                splitter.lock.unlock();
            }
        }

        @Override
        public void close() {
            part.patience.clear();
            part.close();
        }
    }
}
