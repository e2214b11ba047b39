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
 * listed in batches, so at most 64 are held. Fails with an {@link IOException} when a directory cannot be read. Charges
 * one operation for each path.
 */
public final class DirectoryWalk implements Source<Path> {
    private static final int BATCH = 64;

    private final Path root;
    private final Closing<Walk> open;
    private final ArrayDeque<Path> listed = new ArrayDeque<>();
    private @Nullable BlockingCall<List<Path>> listing;
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
        if (failure != null) {
            throw failure;
        }
        if (listed.isEmpty()) {
            if (!last) {
                list(cx); // which charges for the first of a batch
            }
            return listed.poll();
        }
        return cx.charge() ? listed.poll() : null;
    }

    private void list(Context cx) throws Exception {
        BlockingCall<List<Path>> call = listing;
        if (call == null) {
            call = new BlockingCall<>(this::batch);
            listing = call;
        }
        try {
            Poll<List<Path>> answer = call.poll(cx);
            if (answer.isReady()) {
                listing = null;
                listed.addAll(answer.get());
                last = listed.size() < BATCH;
            }
        } catch (Exception e) {
            last = true;
            failure = e;
            throw e;
        }
    }

    private List<Path> batch() throws IOException {
        Walk walk = open.get();
        List<Path> batch = new ArrayList<>(BATCH);
        try {
            while (batch.size() < BATCH && walk.paths.hasNext()) {
                batch.add(walk.paths.next());
            }
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
        return batch;
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

    private static final class Walk implements Closeable {
        private final Stream<Path> stream;
        private final Iterator<Path> paths;

        Walk(Stream<Path> stream) {
            this.stream = stream;
            paths = stream.iterator();
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
