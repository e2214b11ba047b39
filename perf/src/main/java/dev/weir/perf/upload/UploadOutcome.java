package dev.weir.perf.upload;

import dev.weir.perf.process.ServerProcess;
import dev.weir.perf.process.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a server has stood the uploads.
 *
 * @param answered it told how its clients fare, shortly before they were cut off
 * @param outOfMemory how often it complained of too little memory
 * @param served clients of which anything was consumed, or 0 if nothing is known
 * @param consumed bytes of all clients
 * @param leastToMean what was consumed of the slowest client, to the mean of all
 * @param failures connections that the server gave up
 * @param broken connections that the clients saw broken
 * @param heldMost the most bytes that were held unconsumed; -1 if the server cannot tell
 * @param budget what it may hold
 * @param resident the most memory it had
 */
record UploadOutcome(
        String system,
        double seconds,
        boolean answered,
        int outOfMemory,
        int served,
        long consumed,
        double leastToMean,
        long failures,
        long broken,
        long heldMost,
        long budget,
        long resident) {
    private static final double FAIR = 0.5;

    static List<String> header() {
        return List.of(
                "| system | stood it | clients | MiB/s consumed | slowest to mean | given up | broken | out of memory |"
                        + " held at most | budget | resident |",
                "|---|---|---|---|---|---|---|---|---|---|---|");
    }

    boolean isGood() {
        return answered
                && outOfMemory == 0
                && failures == 0
                && broken == 0
                && leastToMean >= FAIR
                && heldMost <= budget;
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %d | %.1f | %.2f | %d | %d | %d | %s | %s | %s |",
                system,
                isGood() ? "yes" : answered ? "no" : "no, it stopped answering",
                served,
                consumed / seconds / 1048576,
                leastToMean,
                failures,
                broken,
                outOfMemory,
                mebibytes(heldMost),
                mebibytes(budget),
                mebibytes(resident));
    }

    private static String mebibytes(long bytes) {
        return bytes < 0 ? "-" : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    static Watch watch(String system, int clients, double seconds, ServerProcess server) {
        return new Watch(system, clients, seconds, server);
    }

    /** Looks at a server while its clients upload. */
    static final class Watch {
        private static final long MARGIN_MILLIS = 700;
        private static final Pattern MEMORY = Pattern.compile("OutOfMemoryError|OutOfDirectMemoryError");

        private final String system;
        private final int clients;
        private final double seconds;
        private final ServerProcess server;
        private String vitals = "";
        private long broken;
        private long resident;

        private Watch(String system, int clients, double seconds, ServerProcess server) {
            this.system = system;
            this.clients = clients;
            this.seconds = seconds;
            this.server = server;
        }

        /** Asks how the clients fare before they are cut off, and waits for their end. */
        void until(Process load, Duration end) throws IOException, InterruptedException {
            long last = System.nanoTime() + end.toNanos() - TimeUnit.MILLISECONDS.toNanos(MARGIN_MILLIS);
            while (System.nanoTime() < last && load.isAlive() && server.isAlive()) {
                resident = Math.max(resident, Usage.of(server.pid()).resident());
                load.waitFor(100, TimeUnit.MILLISECONDS);
            }
            vitals = ask();
            try (BufferedReader out = load.inputReader(StandardCharsets.UTF_8)) {
                String line = out.readLine();
                broken = line == null ? clients : number(line, "broken");
            }
        }

        /** A server that is out of memory may not answer for ever: it gets as long as the margin, and some more. */
        private String ask() throws InterruptedException {
            StringBuilder answer = new StringBuilder();
            Thread asking = new Thread(
                    () -> {
                        try {
                            answer.append(server.ask("vitals"));
                        } catch (IOException e) {
                            return; // it has ended
                        }
                    },
                    "vitals");
            asking.setDaemon(true);
            asking.start();
            asking.join(TimeUnit.SECONDS.toMillis(5));
            return asking.isAlive() ? "" : answer.toString();
        }

        UploadOutcome outcome(String complaints) {
            long consumed = number(vitals, "consumed");
            long served = number(vitals, "clients");
            double mean = (double) consumed / clients;
            double least = served < clients ? 0 : number(vitals, "least"); // who was never let in got nothing
            return new UploadOutcome(
                    system,
                    seconds,
                    !vitals.isEmpty(),
                    (int) MEMORY.matcher(complaints + vitals).results().count(),
                    (int) served,
                    consumed,
                    mean == 0 ? 0 : least / mean,
                    number(vitals, "failures"),
                    broken,
                    vitals.contains("budget_most") ? number(vitals, "budget_most") : -1,
                    vitals.contains("budget_most") ? number(vitals, "budget") : -1,
                    resident);
        }

        private static long number(String line, String name) {
            Matcher found = Pattern.compile("\"" + name + "\":(\\d+)").matcher(line);
            return found.find() ? Long.parseLong(found.group(1)) : 0;
        }
    }
}
