package dev.weir.io.testkit;

import dev.weir.task.Waker;
import dev.weir.task.WakerCell;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: what is under way, and what has arrived and was not read. Together they are no more
 * than the window. What is under way arrives in its order, each part no earlier than the one before.
 */
final class Direction {
    private final SimulatedNetwork network;
    private final String name;
    /** An empty buffer is the end. */
    private final Queue<ByteBuffer> underWay = new ArrayDeque<>();

    private final Queue<ByteBuffer> arrived = new ArrayDeque<>();
    private final WakerCell reader = new WakerCell();
    private final WakerCell writer = new WakerCell();
    private Waker onDeadLetter = Waker.noop();
    private int held;
    private long lastArrival;
    private boolean ended;
    private boolean broken;

    Direction(SimulatedNetwork network, String name) {
        this.network = network;
        this.name = name;
    }

    /** Sets who is told of bytes that arrive where nobody reads any more. */
    void onDeadLetter(Waker told) {
        onDeadLetter = told;
    }

    /** Takes some of the bytes on their way; 0 if the window is full. */
    int write(ByteBuffer bytes) {
        int room = Math.min(bytes.remaining(), network.conditions().window() - held);
        if (room <= 0) {
            return 0;
        }
        int n = network.cut(room);
        ByteBuffer part = ByteBuffer.allocate(n);
        part.put(0, bytes, bytes.position(), n);
        bytes.position(bytes.position() + n);
        held += n;
        sendOff(part, n + " bytes arrive at " + name);
        return n;
    }

    boolean hasRoom() {
        return held < network.conditions().window();
    }

    void end() {
        sendOff(ByteBuffer.allocate(0), "the end arrives at " + name);
    }

    private void sendOff(ByteBuffer part, String what) {
        underWay.add(part);
        lastArrival = Math.max(lastArrival, network.now() + network.delay().toNanos());
        network.after(Duration.ofNanos(lastArrival - network.now()), what, this::arrive);
    }

    /** Whatever event it is, what was sent first arrives first. */
    private void arrive() {
        ByteBuffer part = underWay.poll();
        if (part == null) {
            return; // lost in a reset
        }
        if (broken) {
            held -= part.remaining();
            if (part.hasRemaining()) {
                onDeadLetter.wake();
            }
            return;
        }
        if (part.hasRemaining()) {
            arrived.add(part);
        } else {
            ended = true;
        }
        reader.wake();
    }

    /** Returns some of the bytes that have arrived; null if there are none. */
    @Nullable ByteBuffer read(int max) {
        ByteBuffer first = arrived.peek();
        if (first == null) {
            return null;
        }
        int n = network.cut(Math.min(max, first.remaining()));
        ByteBuffer taken = ByteBuffer.allocate(n);
        taken.put(0, first, first.position(), n);
        first.position(first.position() + n);
        if (!first.hasRemaining()) {
            arrived.remove();
        }
        held -= n;
        network.later("the window of " + name + " opens", writer::wake);
        return taken;
    }

    /** Everything has been read, and no more will come. */
    boolean hasEnded() {
        return ended && arrived.isEmpty();
    }

    boolean hasUnread() {
        return held > 0;
    }

    /** Loses what is under way and unread. */
    void breakOff() {
        broken = true;
        ended = false; // the end of what was lost is no end
        underWay.clear();
        arrived.clear();
        held = 0;
        reader.wake();
        writer.wake();
    }

    WakerCell reader() {
        return reader;
    }

    WakerCell writer() {
        return writer;
    }
}
