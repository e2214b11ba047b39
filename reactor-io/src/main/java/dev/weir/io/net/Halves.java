package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import org.jspecify.annotations.Nullable;

/** Who has the two halves of a stream: each is taken once, and both can be given back together. */
final class Halves {
    private final Connection connection;
    private @Nullable SocketReader reader;
    private @Nullable SocketWriter writer;

    Halves(Connection connection) {
        this.connection = connection;
    }

    SocketReader takeReader(int chunk, OnCancel onCancel) {
        return takeReader(chunk, onCancel, connection.byteBudget());
    }

    synchronized SocketReader takeReader(int chunk, OnCancel onCancel, ByteBudget byteBudget) {
        SocketReader fresh = new SocketReader(connection, chunk, onCancel, byteBudget);
        requireFree(reader, "reader");
        reader = fresh;
        return fresh;
    }

    synchronized SocketWriter takeWriter(int bound) {
        SocketWriter fresh = new SocketWriter(connection, bound);
        requireFree(writer, "writer");
        writer = fresh;
        return fresh;
    }

    private void requireFree(@Nullable Object taken, String half) {
        if (taken != null) {
            throw new IllegalStateException(
                    "the " + half + " of " + connection + " was taken before, and has one owner");
        }
    }

    synchronized void reunite(SocketReader itsReader, SocketWriter itsWriter) throws ReuniteException {
        if (itsReader != reader || itsWriter != writer) {
            throw new ReuniteException(connection.toString(), itsReader, itsWriter);
        }
        itsReader.requireUnused();
        itsWriter.requireUnused();
        itsReader.giveBack();
        itsWriter.giveBack();
        reader = null;
        writer = null;
    }
}
