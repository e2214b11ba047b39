package dev.weir.io.tls;

import dev.weir.io.ByteStream;
import dev.weir.io.Duplex;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.task.Spawner;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A line between two sides on which somebody sits: counts, cuts, breaks and forges what passes. */
final class Wire {
    /** What happens to a direction after so many bytes. */
    enum Fault {
        NONE,
        END,
        RESET,
        FORGE
    }

    private final Duplex near = Duplex.create();
    private final Duplex far = Duplex.create();
    private final Relay there;
    private final Relay back;

    /** A line whose direction from the far side to the near one has a fault after so many bytes. */
    Wire(Spawner runtime, Fault fault, int after) {
        there = new Relay(near.right(), far.left(), Fault.NONE, 0);
        back = new Relay(far.left(), near.right(), fault, after);
        runtime.spawn(there);
        runtime.spawn(back);
    }

    static Wire sound(Spawner runtime) {
        return new Wire(runtime, Fault.NONE, 0);
    }

    ByteStream near() {
        return near.left();
    }

    ByteStream far() {
        return far.right();
    }

    /** Bytes from the far side to the near one so far. */
    long back() {
        return back.passed;
    }

    private static final class Relay implements Pollable<@Nullable Void> {
        private final ByteStream sender;
        private final ByteStream receiver;
        private final Source<ByteBuffer> from;
        private final Sink<ByteBuffer> to;
        private final Fault fault;
        private final int after;
        private volatile long passed;
        private boolean ended;

        Relay(ByteStream sender, ByteStream receiver, Fault fault, int after) {
            this.sender = sender;
            this.receiver = receiver;
            this.fault = fault;
            this.after = after;
            from = sender.reader();
            to = receiver.writer();
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            while (!ended) {
                if (!to.pollReady(cx)) {
                    return Poll.pending();
                }
                ByteBuffer bytes = from.poll(cx);
                if (bytes == null) {
                    if (!from.isDone()) {
                        to.pollFlush(cx);
                        return Poll.pending();
                    }
                    ended = true;
                    break;
                }
                long left = after - passed;
                if (fault == Fault.FORGE && left >= 0 && left < bytes.remaining()) {
                    int at = bytes.position() + (int) left;
                    bytes.put(at, (byte) (bytes.get(at) ^ (1 << (after % 8))));
                } else if (fault != Fault.NONE && fault != Fault.FORGE && left <= bytes.remaining()) {
                    bytes.limit(bytes.position() + (int) left);
                    ended = true;
                }
                passed += bytes.remaining();
                to.send(bytes);
            }
            if (!to.pollFlush(cx)) {
                return Poll.pending();
            }
            if (fault == Fault.RESET) {
                receiver.close();
                sender.close();
                return Poll.done();
            }
            return to.pollFinish(cx) ? Poll.done() : Poll.pending();
        }

        @Override
        public void close() {
            from.close();
            to.close();
        }
    }
}
