package dev.weir.task;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that have ended and whose owner has not looked yet, in the order of their ends. Any task may be added, each
 * once, by the thread that ends it; one owner takes and waits.
 *
 * <pre>
 * event \ word   empty                some, the latest first
 * add (ender)    this one; wake       this one before them; wake
 * take (owner)   nothing              empty; all of them, turned round
 * </pre>
 *
 * <p>No lock and no scan: a take costs what has ended, however many have not. The wake follows the add, and the owner
 * registers before it takes, so one of them sees the other (see {@link WakerCell}).
 *
 * @param <T> the type of the results
 */
final class EndedTasks<T extends @Nullable Object> {
    private final AtomicReference<@Nullable Member<T>> latest = new AtomicReference<>();
    private final WakerCell owner = new WakerCell();
    /** Taken and not handed out; belongs to the owner. */
    private @Nullable Member<T> oldest;

    void register(Waker waker) {
        owner.register(waker);
    }

    /** The owner will not look again: no end may wake it. */
    void abandon() {
        owner.clear();
    }

    private void add(Member<T> member) {
        Member<T> seen;
        do {
            seen = latest.get();
            member.next = seen;
        } while (!latest.compareAndSet(seen, member));
        owner.wake();
    }

    /** Takes the task that ended first, or returns null. */
    @Nullable Member<T> take() {
        if (oldest == null) {
            oldest = reversed(latest.get() == null ? null : latest.getAndSet(null));
        }
        Member<T> taken = oldest;
        if (taken != null) {
            oldest = taken.next;
            taken.next = null;
        }
        return taken;
    }

    private static <T extends @Nullable Object> @Nullable Member<T> reversed(@Nullable Member<T> latest) {
        Member<T> turned = null;
        Member<T> rest = latest;
        while (rest != null) {
            Member<T> next = rest.next;
            rest.next = turned;
            turned = rest;
            rest = next;
        }
        return turned;
    }

    /**
     * A task as its set knows it: where it stands among the members, which is the owner's, and where among the ended,
     * which the words above hand over. It is the waker that the task wakes at its end.
     */
    static final class Member<T extends @Nullable Object> implements Waker {
        final JoinHandle<T> handle;
        private final EndedTasks<T> ended;
        private @Nullable Member<T> next;
        /** Set by the owner, who is not interested any more. Seen late it costs a look, no more. */
        private volatile boolean forgotten;

        @Nullable Member<T> memberBefore;

        @Nullable Member<T> memberAfter;

        Member(JoinHandle<T> handle, EndedTasks<T> ended) {
            this.handle = handle;
            this.ended = ended;
        }

        @Override
        public void wake() {
            if (!forgotten) {
                ended.add(this);
            }
        }

        void forget() {
            forgotten = true;
        }

        boolean isForgotten() {
            return forgotten;
        }
    }
}
