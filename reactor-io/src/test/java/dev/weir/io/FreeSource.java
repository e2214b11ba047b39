package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Gives for nothing what it has read ahead, as many records are that came in one chunk. */
final class FreeSource implements Source<ByteBuffer> {
    private int left;

    FreeSource(int items) {
        left = items;
    }

    @Override
    public @Nullable ByteBuffer poll(Context cx) {
        if (left == 0) {
            return null;
        }
        left--;
        return ByteBuffer.allocate(1);
    }

    @Override
    public boolean isDone() {
        return left == 0;
    }

    @Override
    public void close() {}
}
