package dev.weir.perf.hostile;

import dev.weir.perf.hostile.Attacks.Stalled;
import dev.weir.perf.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All attacks on one kind of server, each followed by the questions whether it leaked, span or died. */
final class Siege {
    static final int RESETS = 3_000;
    static final int DEAF = 100;
    static final int VISITS = 8_000;
    static final int PIECE_CONNECTIONS = 16;
    static final int PIECE_BYTES = 48 << 20;

    private static final int DESCRIPTORS = 96;
    private static final int CROWD = 200;
    private static final int OPEN_AT_SIGTERM = 50;
    private static final Duration TERMINATION = Duration.ofSeconds(5);

    /** Of the time; a spinning thread uses all of it that others leave. */
    private static final double IDLE_SHARE = 0.03;

    /** What each connection that is stuck may hold: a chunk read, and what the writer gathered. */
    private static final long HELD_BY_ONE = 256 << 10;

    private final Victim victim;
    private final double scale;
    private final Duration window;
    private final Consumer<String> report;
    private boolean good = true;

    /**
     * Prepares a siege.
     *
     * @param scale of the counts of resets, visits and bytes; 1 for all of them
     * @param window in which the CPU time of an idle server is measured
     * @param report takes a line for each attack
     */
    Siege(Victim victim, double scale, Duration window, Consumer<String> report) {
        this.victim = victim;
        this.scale = scale;
        this.window = window;
        this.report = report;
    }

    /** Runs all attacks; true if the server stood them all. */
    boolean run() throws IOException, InterruptedException {
        try (ServerProcess server = start()) {
            Attacks.visits(victim, server.port(), 200); // loads classes and opens what stays open
            Vitals before = Vitals.unused(server);
            int resets = scaled(RESETS);
            Attacks.resets(victim, server.port(), resets);
            question(server, before, resets + " resets");
            deaf(server, before);
            int visits = scaled(VISITS);
            Attacks.visits(victim, server.port(), visits);
            question(server, before, visits + " short connections");
            if (victim == Victim.ECHO) {
                int bytes = scaled(PIECE_BYTES) / PIECE_CONNECTIONS;
                Attacks.pieces(server.port(), PIECE_CONNECTIONS, bytes);
                question(server, before, bytes * PIECE_CONNECTIONS + " bytes in pieces came back whole");
            }
        }
        fewDescriptors();
        termination();
        return good;
    }

    private ServerProcess start() throws IOException {
        return ServerProcess.start(ServerProcess.weir("serve", victim.toString(), "--port", "0", "--vitals"));
    }

    private int scaled(int count) {
        return Math.max(PIECE_CONNECTIONS, (int) (count * scale));
    }

    private void deaf(ServerProcess server, Vitals before) throws IOException {
        try (Stalled clients = Attacks.deaf(victim, server.port(), DEAF)) {
            Vitals stuck = Vitals.of(server);
            long cpu = Vitals.idleCpuMillis(server, window);
            victim.visit(server.port());
            judge(
                    isIdle(cpu)
                            && stuck.heap() <= before.heap() + DEAF * HELD_BY_ONE
                            && clients.isHeldBack() != (victim == Victim.SINK),
                    "%d clients that sent %d bytes and never read: %s, idle CPU %d ms, others are served"
                            .formatted(DEAF, clients.sent(), stuck, cpu));
        }
        question(server, before, "they left");
    }

    private void question(ServerProcess server, Vitals before, String attack) throws IOException {
        Vitals after = Vitals.settled(server, before);
        long cpu = Vitals.idleCpuMillis(server, window);
        victim.visit(server.port());
        judge(
                after.isBackAt(before) && isIdle(cpu) && server.isAlive(),
                "%s: %s -> %s, idle CPU %d ms in %d".formatted(attack, before, after, cpu, window.toMillis()));
    }

    /** More clients than descriptors: those that fit are served, the others wait, and get their turn. */
    private void fewDescriptors() throws IOException {
        var command = ServerProcess.weir("serve", victim.toString(), "--port", "0", "--vitals");
        try (ServerProcess server = ServerProcess.start(ServerProcess.withDescriptors(DESCRIPTORS, command))) {
            victim.visit(server.port());
            Vitals.of(server); // loads what answers: a class that is not in a jar takes a descriptor
            long descriptors;
            long cpu;
            int clients;
            try (Stalled crowd = Attacks.idlers(server.port(), CROWD)) {
                Vitals.of(server);
                cpu = Vitals.idleCpuMillis(server, window);
                descriptors = server.descriptors();
                clients = crowd.size();
            }
            victim.visit(server.port());
            judge(
                    isIdle(cpu) && descriptors <= DESCRIPTORS && server.isAlive(),
                    "%d clients, %d descriptors: %d in use, idle CPU %d ms in %d, served again when they left"
                            .formatted(clients, DESCRIPTORS, descriptors, cpu, window.toMillis()));
        }
    }

    private void termination() throws IOException, InterruptedException {
        try (ServerProcess server = start();
                Stalled open = Attacks.deaf(victim, server.port(), OPEN_AT_SIGTERM)) {
            @Nullable Duration took = server.terminate(TERMINATION);
            judge(
                    took != null,
                    "SIGTERM with %d connections and %d bytes sent: %s"
                            .formatted(
                                    OPEN_AT_SIGTERM,
                                    open.sent(),
                                    took == null ? "alive after 5 s" : "ended after " + took.toMillis() + " ms"));
        }
    }

    private boolean isIdle(long cpuMillis) {
        return cpuMillis <= Math.max(20, IDLE_SHARE * window.toMillis());
    }

    private void judge(boolean passed, String line) {
        good &= passed;
        report.accept((passed ? "good  " : "WRONG ") + victim + ": " + line);
    }
}
