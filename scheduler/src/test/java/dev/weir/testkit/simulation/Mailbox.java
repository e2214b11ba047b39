package dev.weir.testkit.simulation;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A channel for several receivers, in two versions: right, and with a wake that is lost when a receiver is cancelled
 * after it was told of an item and before it came to take it. For one thread, which is all that a simulation needs.
 */
final class Mailbox {
    private final boolean passesOn;
    private final Deque<Integer> items = new ArrayDeque<>();
    private final Deque<Receive> waiting = new ArrayDeque<>();

    private Mailbox(boolean passesOn) {
        this.passesOn = passesOn;
    }

    static Mailbox right() {
        return new Mailbox(true);
    }

    static Mailbox losing() {
        return new Mailbox(false);
    }

    void send(int item) {
        items.add(item);
        tellOne();
    }

    private void tellOne() {
        Receive first = waiting.poll();
        if (first != null) {
            first.told = true;
            first.waker.wake();
        }
    }

    Pollable<Integer> receive() {
        return new Receive();
    }

    private final class Receive implements Pollable<Integer> {
        private Waker waker = Waker.noop();
        private boolean told;

        @Override
        public Poll<Integer> poll(Context cx) {
            if (!cx.charge()) {
                return Poll.pending();
            }
            // Others may not overtake a receiver that was told, nor may it take what another was told of.
            Integer item = told || waiting.isEmpty() || waiting.peek() == this ? items.poll() : null;
            if (item != null) {
                told = false;
                waiting.remove(this);
                return Poll.ready(item);
            }
            cx.budget().refund();
            told = false;
            waker = cx.waker();
            if (!waiting.contains(this)) {
                waiting.add(this);
            }
            return Poll.pending();
        }

        @Override
        public void close() {
            waiting.remove(this);
            if (told && passesOn && !items.isEmpty()) {
                tellOne();
            }
        }
    }
}
