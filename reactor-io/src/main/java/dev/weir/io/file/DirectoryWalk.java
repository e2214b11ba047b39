package dev.weir.io.file;

import dev.weir.io.call.BlockingCall;
import dev.weir.io.call.Closing;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The paths under a directory, itself first and each directory before what is in it; links are not followed. They are
 * listed in batches, so at most 64 are held. Fails with an {@link IOException} when a directory cannot be read, after
 * all paths that were found before. Charges one operation for each path.
 */
public final class DirectoryWalk implements Source<Path> {
    private static final int BATCH = 64;

    private final Path root;
    private final Closing<Walk> open;
    private final ArrayDeque<Path> listed = new ArrayDeque<>();
    private @Nullable BlockingCall<Batch> listing;
    /** Thrown when all that was listed before has been taken. */
    private @Nullable Exception failure;

    private boolean last;

    @SuppressWarnings("StreamResourceLeak") // closed with the walk
    private DirectoryWalk(Path root, int depth) {
        this.root = Objects.requireNonNull(root, "root");
        FileStreams.requireAtLeast(0, depth, "depth");
        open = new Closing<>(() -> new Walk(Files.walk(root, depth)));
    }

    /** Returns all paths under a directory. */
    public static DirectoryWalk of(Path root) {
        return new DirectoryWalk(root, Integer.MAX_VALUE);
    }

    /**
     * Returns the paths under a directory.
     *
     * @param depth how many levels below it, at least 0, which gives the directory alone
     */
    public static DirectoryWalk of(Path root, int depth) {
        return new DirectoryWalk(root, depth);
    }

    @Override
    public @Nullable Path poll(Context cx) throws Exception {
        if (!listed.isEmpty()) {
            return cx.charge() ? listed.poll() : null;
        }
        if (!last) {
            list(cx); // which charges for the first of a batch
        }
        Path first = listed.poll();
        if (first == null && failure != null) {
            throw failure;
        }
        return first;
    }

    private void list(Context cx) {
        BlockingCall<Batch> call = listing;
        if (call == null) {
            call = new BlockingCall<>(() -> open.call(Walk::next));
            listing = call;
        }
        try {
            Poll<Batch> answer = call.poll(cx);
            if (answer.isReady()) {
                listing = null;
                Batch batch = answer.get();
                listed.addAll(batch.paths);
                failure = batch.failure;
                last = batch.paths.size() < BATCH;
            }
        } catch (Exception e) {
            last = true;
            failure = e;
        }
    }

    @Override
    public boolean isDone() {
        return last && listed.isEmpty();
    }

    @Override
    public void close() {
        if (listing != null) {
            listing.close();
        }
        listed.clear();
        open.close();
    }

    @Override
    public String toString() {
        return "DirectoryWalk[" + root + "]";
    }

    /**
     * What was listed by one call.
     *
     * @param paths fewer than there could be if they are the last
     * @param failure what came behind them
     */
    private record Batch(List<Path> paths, @Nullable Exception failure) {}

    private static final class Walk implements Closeable {
        private final Stream<Path> stream;
        private final Iterator<Path> paths;

        Walk(Stream<Path> stream) {
            this.stream = stream;
            paths = stream.iterator();
        }

        Batch next() {
            List<Path> batch = new ArrayList<>(BATCH);
            try {
                while (batch.size() < BATCH && paths.hasNext()) {
                    batch.add(paths.next());
                }
            } catch (UncheckedIOException e) {
                return new Batch(batch, e.getCause());
            } catch (RuntimeException e) {
                return new Batch(batch, e);
            }
            return new Batch(batch, null);
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
