package dev.weir.perf.io;

import dev.weir.perf.io.Workload.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The programs that load a server. Each uses one processor, measures from outside, and prints a line of JSON. */
final class Loads {
    private final Site site;
    private final Path wrkScript;

    /**
     * Prepares the loads.
     *
     * @throws IOException if the script of wrk cannot be laid where wrk can read it
     */
    Loads(Site site) throws IOException {
        this.site = site;
        wrkScript = Files.createTempFile("weir-perf", ".lua");
        wrkScript.toFile().deleteOnExit();
        try (InputStream script = Objects.requireNonNull(Loads.class.getResourceAsStream("wrk.lua"))) {
            Files.write(wrkScript, script.readAllBytes());
        }
    }

    /**
     * How long to load.
     *
     * @param seconds that are measured
     * @param warmup seconds before
     */
    record Pace(double seconds, double warmup) {
        double total() {
            return seconds + warmup;
        }
    }

    /** Returns the pace that the load of a row really has: wrk counts whole seconds, all of which it measures. */
    static Pace paceOf(Row row, Pace wanted) {
        return isHttp(row) ? new Pace((double) Math.max(1, Math.round(wanted.total())), 0) : wanted;
    }

    private static boolean isHttp(Row row) {
        return row.workload() == Workload.HTTP || row.workload() == Workload.HTTP_PIPELINED;
    }

    /** Returns the command that measures. */
    List<String> of(Row row, int port, Pace pace) {
        String conns = String.valueOf(row.connections());
        return site.load(
                switch (row.workload()) {
                    case ECHO, PROXY ->
                        tokio("echo-load", port, pace, "--conns", conns, "--size", String.valueOf(Workload.SIZE));
                    case STREAM_OUT -> stream(port, pace, conns, "recv");
                    case STREAM_IN -> stream(port, pace, conns, "send");
                    case CHURN ->
                        List.of(
                                site.c("churn"),
                                String.valueOf(port),
                                conns,
                                String.valueOf(Workload.SIZE),
                                String.valueOf(pace.seconds()),
                                String.valueOf(pace.warmup()));
                    case HTTP -> wrk(port, pace, conns, 1);
                    case HTTP_PIPELINED -> wrk(port, pace, conns, Workload.PIPELINE);
                    case IDLE -> idle(port, row.connections());
                });
    }

    private List<String> stream(int port, Pace pace, String conns, String direction) {
        return tokio(
                "stream-load",
                port,
                pace,
                "--dir",
                direction,
                "--conns",
                conns,
                "--chunk",
                String.valueOf(Workload.CHUNK));
    }

    private List<String> tokio(String load, int port, Pace pace, String... more) {
        List<String> command = new ArrayList<>(List.of(
                site.tokio(),
                load,
                "--port",
                String.valueOf(port),
                "--secs",
                String.valueOf(pace.seconds()),
                "--warmup",
                String.valueOf(pace.warmup())));
        command.addAll(List.of(more));
        return command;
    }

    private List<String> wrk(int port, Pace pace, String conns, int depth) {
        return List.of(
                "wrk",
                "-t1",
                "-c" + conns,
                "-d" + Math.round(pace.seconds()) + "s",
                "-s",
                wrkScript.toString(),
                "http://127.0.0.1:" + port + "/",
                "--",
                String.valueOf(depth));
    }

    /** Long enough to look at the server while it is held; it is ended then. */
    private List<String> idle(int port, int connections) {
        return List.of(
                site.tokio(),
                "idle-conns",
                "--port",
                String.valueOf(port),
                "--n",
                String.valueOf(connections),
                "--touch",
                "echo",
                "--size",
                String.valueOf(Workload.SIZE),
                "--settle",
                "0.1",
                "--hold",
                "60");
    }
}
