package dev.weir.perf.contest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of a comparison, of JSON lines, each of which is there as soon as it is known: what is compared, every run, and
 * the medians in the end. The table beside it, as {@code .md}, is that of the rounds so far. Without a path it keeps
 * nothing.
 */
final class Journal {
    private final @Nullable Path path;

    Journal(@Nullable Path path) {
        this.path = path;
    }

    /** Begins the file anew. */
    void begin(String about) throws IOException {
        if (path != null) {
            Files.writeString(path, about + "\n");
        }
    }

    void add(List<String> lines) throws IOException {
        if (path != null) {
            Files.write(path, lines, StandardOpenOption.APPEND);
        }
    }

    /** Replaces the table. */
    void table(List<String> lines) throws IOException {
        if (path != null) {
            String name = String.valueOf(path.getFileName()).replaceFirst("\\.jsonl?$", "") + ".md";
            Files.writeString(
                    path.resolveSibling(name), String.join("\n", lines) + "\n\n" + StandingTable.legend() + "\n");
        }
    }
}
