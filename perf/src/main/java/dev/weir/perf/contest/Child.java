package dev.weir.perf.contest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
final class Child {
    private Child() {}

    /**
     * What became of the program.
     *
     * @param code its exit code, or -1 if it was killed because the time was over
     * @param lines what it printed
     * @param errors the last thousand characters or so of what it complained of
     */
    record Result(int code, List<String> lines, String errors) {}

    static Result run(List<String> command, Duration limit) throws IOException, InterruptedException {
        Path output = Files.createTempFile("weir-perf", ".out"); // files cannot fill up, as pipes do
        Path errors = Files.createTempFile("weir-perf", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            boolean ended;
            try {
                ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                process.destroyForcibly();
            }
            String complaint = Files.readString(errors, StandardCharsets.UTF_8).strip();
            return new Result(
                    ended ? process.exitValue() : -1,
                    Files.readAllLines(output),
                    complaint.substring(Math.max(0, complaint.length() - 1_000)));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}
