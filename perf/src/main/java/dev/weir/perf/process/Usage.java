package dev.weir.perf.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process and those it has started have used so far, from {@code /proc}.
 *
 * @param userMillis of processor time; the kernel divides the exact sum of both by where its ticks fell
 * @param systemMillis of processor time
 * @param waits context switches because there was nothing to do
 * @param preemptions context switches because the scheduler wanted it so
 * @param resident bytes in memory
 */
public record Usage(long userMillis, long systemMillis, long waits, long preemptions, long resident) {
    /** The kernel counts CPU time for {@code /proc} in hundredths of a second. */
    private static final long MILLIS_A_TICK = 10;

    /**
     * Reads the usage of a process that is alive.
     *
     * @throws IOException if it has ended
     */
    public static Usage of(long pid) throws IOException {
        Usage sum = ofOne(pid);
        try (Stream<ProcessHandle> children = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)) {
            for (ProcessHandle each : (Iterable<ProcessHandle>) children::iterator) {
                sum = sum.plus(ofOne(each.pid()));
            }
        }
        return sum;
    }

    private static Usage ofOne(long pid) throws IOException {
        Path process = Path.of("/proc", String.valueOf(pid));
        String stat = Files.readString(process.resolve("stat"));
        // the second field is a name in parentheses that may hold anything; user and system time are the 14th and 15th
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long waits = 0;
        long preemptions = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path each : threads) {
                List<String> status = linesOf(each.resolve("status"));
                waits += number(status, "voluntary_ctxt_switches:");
                preemptions += number(status, "nonvoluntary_ctxt_switches:");
            }
        }
        return new Usage(
                Long.parseLong(fields[11]) * MILLIS_A_TICK,
                Long.parseLong(fields[12]) * MILLIS_A_TICK,
                waits,
                preemptions,
                number(linesOf(process.resolve("status")), "VmRSS:") * 1024);
    }

    private static List<String> linesOf(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of(); // a thread that has ended meanwhile
        }
    }

    private static long number(List<String> lines, String name) {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return Long.parseLong(
                        line.substring(name.length()).replace("kB", "").strip());
            }
        }
        return 0;
    }

    private Usage plus(Usage other) {
        return new Usage(
                userMillis + other.userMillis,
                systemMillis + other.systemMillis,
                waits + other.waits,
                preemptions + other.preemptions,
                resident + other.resident);
    }

    /** Returns what was used since then; the memory is the difference as well. */
    public Usage since(Usage before) {
        return plus(new Usage(
                -before.userMillis, -before.systemMillis, -before.waits, -before.preemptions, -before.resident));
    }
}
