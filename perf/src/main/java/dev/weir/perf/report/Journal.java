package dev.weir.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The option of a comparison to keep what it finds: a file of JSON lines, each of which is there as soon as it is known,
 * and beside it, as {@code .md}, the table of all that is known so far. Without the option it keeps nothing. Confined to
 * one thread.
 */
public final class Journal {
    @Option(
            names = "--out",
            description = "file for every run as it comes, in lines of JSON; the table goes beside it, as .md")
    private @Nullable Path out;

    /** Begins the file anew. */
    public void begin() throws IOException {
        if (out != null) {
            Files.writeString(out, "");
        }
    }

    /** Adds lines to the file. */
    public void add(List<String> lines) throws IOException {
        if (out != null) {
            Files.write(out, lines, StandardOpenOption.APPEND);
        }
    }

    /** Replaces the table. */
    public void table(List<String> lines) throws IOException {
        if (out != null) {
            String name = String.valueOf(out.getFileName()).replaceFirst("\\.jsonl?$", "") + ".md";
            Files.write(out.resolveSibling(name), lines);
        }
    }
}
