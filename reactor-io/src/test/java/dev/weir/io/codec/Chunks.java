package dev.weir.io.codec;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Bytes cut into chunks of random lengths, with a "not now" here and there; tells how many were asked for. */
final class Chunks implements Source<ByteBuffer> {
    private final byte[] bytes;
    private final Random random;
    private final int longest;
    private int given;
    private int polls;

    Chunks(byte[] bytes, long seed, int longest) {
        this.bytes = bytes;
        this.random = new Random(seed);
        this.longest = longest;
    }

    @Override
    public @Nullable ByteBuffer poll(Context cx) {
        polls++;
        if (isDone() || !cx.charge()) {
            return null;
        }
        if (random.nextInt(4) == 0) {
            cx.waker().wake();
            return null;
        }
        int length = Math.min(bytes.length - given, 1 + random.nextInt(longest));
        ByteBuffer chunk = ByteBuffer.allocate(length).put(bytes, given, length).flip();
        given += length;
        return random.nextBoolean() ? chunk : chunk.asReadOnlyBuffer();
    }

    @Override
    public boolean isDone() {
        return given == bytes.length;
    }

    @Override
    public void close() {}

    int given() {
        return given;
    }

    int polls() {
        return polls;
    }

    /** Pulls a source to its end; it must not hang. */
    static <T> List<T> all(Source<T> source) throws Exception {
        PollProbe probe = PollProbe.create();
        List<T> items = new ArrayList<>();
        for (int idle = 0; !source.isDone(); ) {
            T item = probe.poll(source);
            if (item != null) {
                items.add(item);
                idle = 0;
            } else if (!source.isDone() && (!probe.isWoken() || ++idle > 10_000)) {
                throw new AssertionError("hangs after " + items.size() + " items");
            }
        }
        probe.poll(source); // throws if it failed
        return items;
    }
}
