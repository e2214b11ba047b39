package dev.weir.perf.io;

import dev.weir.perf.io.Loads.Pace;
import dev.weir.perf.io.Workload.Row;
import dev.weir.perf.process.ServerProcess;
import dev.weir.perf.process.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Loads a server and looks at it from outside meanwhile. */
final class Measurement {
    /** The server is looked at a little after the load has begun to count, and before it stops. */
    private static final double MARGIN = 0.1;

    private static final Pattern HEAP = Pattern.compile("\"heap\":(\\d+)");
    private static final int WAIT_FOR_IDLERS_SECONDS = 60;

    private final Loads loads;

    Measurement(Loads loads) {
        this.loads = loads;
    }

    /** Runs a load to its end; what it does not measure is missing. */
    Map<Figure, Double> load(Row row, ServerProcess server, Pace wanted) throws IOException, InterruptedException {
        Pace pace = Loads.paceOf(row, wanted);
        Process load = start(row, server, pace);
        try {
            sleep(pace.warmup() + MARGIN);
            long begun = System.nanoTime();
            Usage before = Usage.of(server.pid());
            sleep(pace.seconds() - 2 * MARGIN);
            Usage used = Usage.of(server.pid()).since(before);
            double seconds = (System.nanoTime() - begun) / 1e9;
            String output = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (load.waitFor() != 0) {
                throw new IOException("the load ended with " + load.exitValue() + ": " + output);
            }
            return withUsage(IoRun.parse(output), used, seconds);
        } finally {
            load.destroyForcibly();
        }
    }

    private Process start(Row row, ServerProcess server, Pace pace) throws IOException {
        return new ProcessBuilder(loads.of(row, server.port(), pace))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The server's usage of a part of the time, divided by the operations of that time. */
    private static Map<Figure, Double> withUsage(Map<Figure, Double> figures, Usage used, double seconds) {
        double operations = figures.getOrDefault(Figure.OPS_PER_S, 0.0) * seconds;
        figures.remove(Figure.BYTES); // of a stream: what was moved, and said by its rate already
        if (operations > 0) {
            figures.put(Figure.USER_US, used.userMillis() * 1e3 / operations);
            figures.put(Figure.SYSTEM_US, used.systemMillis() * 1e3 / operations);
            figures.put(Figure.WAITS, used.waits() / operations);
            figures.put(Figure.PREEMPTIONS, used.preemptions() / operations);
        }
        return figures;
    }

    /**
     * Opens connections, uses each once, and returns what one costs while nothing happens: resident memory, and, as the
     * heap of a JVM is resident from the start, what the collector finds alive in it.
     */
    Map<Figure, Double> idle(Row row, ServerProcess server, boolean isJava) throws IOException, InterruptedException {
        awaitRest(server); // the connections of the load before are to be closed, not counted
        long descriptors = server.descriptors();
        long heap = isJava ? heap(server) : 0;
        long resident = Usage.of(server.pid()).resident();
        Process load = start(row, server, new Pace(1, 0));
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_FOR_IDLERS_SECONDS);
            while (server.descriptors() < descriptors + row.connections()) {
                if (System.nanoTime() > end || !load.isAlive()) {
                    throw new IOException("only " + (server.descriptors() - descriptors) + " connections were opened");
                }
                sleep(0.05);
            }
            awaitRest(server);
            long more = Usage.of(server.pid()).resident() - resident + (isJava ? heap(server) - heap : 0);
            Map<Figure, Double> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.BYTES, (double) more / row.connections());
            return figures;
        } finally {
            load.destroyForcibly();
        }
    }

    /** Until the server does nothing any more. */
    private static void awaitRest(ServerProcess server) throws IOException, InterruptedException {
        for (int quiet = 0; quiet < 3; ) {
            long before = server.cpuMillis();
            sleep(0.3);
            quiet = server.cpuMillis() - before <= 10 ? quiet + 1 : 0;
        }
    }

    private static long heap(ServerProcess server) throws IOException {
        Matcher found = HEAP.matcher(server.ask("vitals"));
        if (!found.find()) {
            throw new IOException("the server does not tell of its heap");
        }
        return Long.parseLong(found.group(1));
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
    }
}
