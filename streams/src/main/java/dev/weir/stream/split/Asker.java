package dev.weir.stream.split;

import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One whom a {@link Splitter} may let wait: its owner, who waits for a part, or who reads a part. All but the patience,
 * which belongs to who polls, is guarded by the splitter's lock.
 *
 * @param <X> what it waits for
 */
abstract class Asker<X> {
    final Patience patience = new Patience();
    private @Nullable Waker waiter;
    private @Nullable Waker ending;
    private boolean listed;

    /** Takes what there is for it. */
    abstract @Nullable X take();

    /** Tells whether nothing is there for it. */
    abstract boolean isEmpty();

    /** Tells whether nothing is there, and nothing more will come. */
    abstract boolean isOver();

    /** Returns the part that it reads; null if it is the owner of the parts. */
    abstract @Nullable Part<?, ?> part();

    /** Notes whom to wake at the end, which is to be told also to who asks for nothing (P4). */
    void polledWith(Waker waker) {
        ending = waker;
    }

    @Nullable Waker ending() {
        return ending;
    }

    void stopWaiting() {
        waiter = null;
    }

    @Nullable Waker takeWaiter() {
        Waker taken = waiter;
        waiter = null;
        return taken;
    }

    /** Takes whom to wake at the end, whether it waits or not. */
    @Nullable Waker takeAny() {
        Waker taken = ending != null ? ending : waiter;
        waiter = null;
        ending = null;
        return taken;
    }

    /** Those who wait, and some who did since the last look. */
    static final class Waiting {
        private final List<Asker<?>> list = new ArrayList<>();

        void add(Asker<?> asker, Waker waker) {
            asker.waiter = waker;
            if (!asker.listed) {
                asker.listed = true;
                list.add(asker);
            }
        }

        /** From now on nobody waits. */
        List<@Nullable Waker> takeAll() {
            List<@Nullable Waker> taken = new ArrayList<>(list.size());
            for (Asker<?> asker : list) {
                asker.listed = false;
                Waker waiter = asker.takeWaiter();
                if (waiter != null) {
                    taken.add(waiter);
                }
            }
            list.clear();
            return taken;
        }
    }
}
