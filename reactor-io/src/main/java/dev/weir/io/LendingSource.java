package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A source of bytes that can also lend a chunk where it lies, to who only wants to pass it on, such as {@link Copy}, or to
 * look at it, such as {@link Consume}.
 */
public interface LendingSource extends Source<ByteBuffer> {
    /**
     * As {@link #poll}, but the chunk stays the source's: it may be read until the poll that asked for it does
     * anything else, and not kept.
     *
     * @throws Exception as {@link #poll} does
     */
    @Nullable ByteBuffer lend(Context cx) throws Exception;
}
