package dev.weir.stream;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the streams that operators are tested with. Their sources keep the laws and see to it that their owner does;
 * they answer "not now" as often as told before each item and are woken later. The feed counts what is taken from all
 * of them together and fails one of them at a chosen item.
 */
final class Feed {
    /** How a source fails. */
    enum Failing {
        /** Its poll throws. */
        AT_ONCE,
        /** It answers null, and only then is it known to be done, as if another thread had failed it. */
        AFTER_A_NULL,
        /** It is known to be done, without demand, before its poll throws. */
        ANNOUNCED
    }

    static final class Injected extends Exception {
        private static final long serialVersionUID = 1L;

        Injected() {
            super("injected");
        }
    }

    private final Rig rig;
    private final int pauses;
    private final int failAt;
    private final Failing failing;
    private boolean closesThrow;

    final List<Script<?>> opened = new ArrayList<>();
    int taken;
    boolean hasFailed;

    /** Streams that answer "not now" this often before each item. */
    Feed(Rig rig, int pauses) {
        this(rig, pauses, -1, Failing.AT_ONCE);
    }

    /** As above; the item with this number, over all streams, is a failure. */
    Feed(Rig rig, int pauses, int failAt, Failing failing) {
        this.rig = rig;
        this.pauses = pauses;
        this.failAt = failAt;
        this.failing = failing;
    }

    Feed closesThrow() {
        closesThrow = true;
        return this;
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    final <T> AsyncStream<T> stream(T... items) {
        List<T> script = Arrays.asList(items);
        return AsyncStream.recipe(() -> {
            Script<T> source = new Script<>(script);
            opened.add(source);
            return source.checked;
        });
    }

    /** Everything that was opened was closed, once, and no law was broken. */
    void assertAllClosed() {
        opened.forEach(source -> source.checked.assertClosed());
    }

    final class Script<T> implements Source<T> {
        final SourceLaws<T> checked = SourceLaws.check(this);
        private final List<T> items;
        private int position;
        private int paused;
        private boolean failed;
        int polls;
        boolean closed;

        Script(List<T> items) {
            this.items = items;
        }

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            polls++;
            if (isFailed()) {
                hasFailed = true;
                taken++;
                throw new Injected();
            }
            if (position == items.size()) {
                return null;
            }
            if (paused < pauses) {
                paused++;
                rig.later(cx.waker());
                return null;
            }
            if (!cx.charge()) {
                return null;
            }
            if (taken++ == failAt) {
                failed = true;
                hasFailed = true;
                if (failing == Failing.AT_ONCE) {
                    throw new Injected();
                }
                return null;
            }
            paused = 0;
            return items.get(position++);
        }

        private boolean isFailed() {
            failed |= failing == Failing.ANNOUNCED && taken == failAt && position < items.size();
            return failed;
        }

        @Override
        public boolean isDone() {
            return isFailed() || position == items.size();
        }

        @Override
        public void close() {
            closed = true;
            if (closesThrow) {
                throw new IllegalStateException("close");
            }
        }

        @Override
        public String toString() {
            return "Script" + items + "@" + position;
        }
    }
}
