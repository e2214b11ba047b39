package dev.weir.perf.io;

import dev.weir.perf.contest.Distance;
import dev.weir.perf.io.Loads.Pace;
import dev.weir.perf.io.Workload.Row;
import dev.weir.perf.process.ServerProcess;
import dev.weir.perf.report.Journal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code compare io}. */
@Command(
        name = "io",
        description = {
            "Measures servers under the same loads, side by side: Weir, C, Tokio, nginx, Netty, Reactor Netty, Vert.x and"
                    + " virtual threads. Five rounds of everything take some 25 minutes.",
            "Needs the programs of perf/peers, built, and wrk and nginx (with its stream module) in the path. Exits with 0"
                    + " if every run that was to give figures gave them."
        },
        mixinStandardHelpOptions = true)
public final class IoComparison implements Callable<Integer> {
    private static final Pace FIRST_CALLS = new Pace(0.3, 0.1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private SiteOptions place;

    @Option(names = "--rounds", defaultValue = "5", description = "runs of each; ${DEFAULT-VALUE}")
    private int rounds;

    @Option(names = "--secs", defaultValue = "1", description = "seconds that a run measures; ${DEFAULT-VALUE}")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "0.3", description = "seconds before, of each run; ${DEFAULT-VALUE}")
    private double warmup;

    @Option(names = "--prime", defaultValue = "4", description = "seconds that warm each JVM; ${DEFAULT-VALUE}")
    private double prime;

    @Option(names = "--conns", split = ",", defaultValue = "1,16,256,2000", description = "of echo; ${DEFAULT-VALUE}")
    private List<Integer> connections;

    @Option(names = "--only", split = ",", description = "workloads; all unless given")
    private @Nullable Set<String> only;

    @Option(names = "--systems", split = ",", description = "all unless given")
    private @Nullable Set<String> systems;

    @Mixin
    private Journal journal;

    private final List<IoRun> runs = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1
                || seconds < 0.5
                || warmup < 0
                || prime < 0
                || connections.stream().anyMatch(n -> n < 1)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rounds and --conns must be at least 1, --secs at least 0.5, --warmup and --prime at least 0");
        }
        Set<Workload> works = chosen("--only", only, Workload.values());
        Set<Contender> contenders = chosen("--systems", systems, Contender.values());
        Site site = place.site();
        journal.begin();
        Measurement measurement = new Measurement(new Loads(site));
        ServerProcess target =
                ServerProcess.start(site.load(List.of(site.c("epoll_server"), "echo", String.valueOf(site.target()))));
        try {
            for (List<Workload> group : groups(works)) {
                if (group.contains(Workload.IDLE)) {
                    compareIdle(site, measurement, contenders);
                } else {
                    compare(group, site, measurement, contenders);
                }
                journal.table(new IoTable(runs).lines());
            }
        } finally {
            target.close();
        }
        PrintWriter screen = spec.commandLine().getOut();
        new IoTable(runs).lines().forEach(screen::println);
        screen.flush();
        return failures();
    }

    /** Names once more what has failed, for who has not watched. Returns what to exit with. */
    private int failures() {
        List<IoRun> failed = runs.stream().filter(run -> !run.isGood()).toList();
        failed.forEach(this::tell);
        if (!failed.isEmpty()) {
            say("%d of %d runs FAILED", failed.size(), runs.size());
        }
        List<Contender> missing = systems == null
                ? List.of()
                : chosen("--systems", systems, Contender.values()).stream()
                        .filter(each ->
                                runs.stream().noneMatch(run -> run.system().equals(each.toString())))
                        .toList();
        missing.forEach(each -> say("%s FAILED: it was asked for and can do nothing of this here", each));
        return failed.isEmpty() && missing.isEmpty() && !runs.isEmpty() ? 0 : 1;
    }

    private <E extends Enum<E>> Set<E> chosen(String option, @Nullable Set<String> given, E[] all) {
        Set<E> chosen = new LinkedHashSet<>();
        for (E each : all) {
            if (given == null || given.contains(each.toString())) {
                chosen.add(each);
            }
        }
        if (given != null && chosen.size() < given.size()) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be among " + Arrays.toString(all) + ", was " + given);
        }
        return chosen;
    }

    /** Workloads on the same servers are measured in the same rounds. */
    private static List<List<Workload>> groups(Set<Workload> works) {
        Map<String, List<Workload>> groups = new LinkedHashMap<>();
        for (Workload each : works) {
            String servers = each == Workload.IDLE || each.isProxied() ? each.toString() : each.kind.toString();
            groups.computeIfAbsent(servers, key -> new ArrayList<>()).add(each);
        }
        return List.copyOf(groups.values());
    }

    private void compare(List<Workload> group, Site site, Measurement measurement, Set<Contender> contenders)
            throws IOException, InterruptedException {
        List<Row> rows =
                group.stream().flatMap(work -> work.rows(connections).stream()).toList();
        Map<Contender, ServerProcess> servers = new EnumMap<>(Contender.class);
        try {
            for (Contender each : contenders) {
                begin(each, group.get(0), rows, servers, site, measurement);
            }
            for (int round = 1; round <= rounds; round++) {
                for (Row row : rows) {
                    measure(row, servers, round, site, measurement);
                }
                say("round %d of %d of %s is over", round, rounds, group);
            }
        } finally {
            servers.values().forEach(ServerProcess::close);
        }
    }

    /** A server that does not start, or serves no load, fails in each row; the others go on. */
    private void begin(
            Contender contender,
            Workload first,
            List<Row> rows,
            Map<Contender, ServerProcess> servers,
            Site site,
            Measurement measurement)
            throws IOException, InterruptedException {
        try {
            ServerProcess server = contender.start(first, site);
            if (server != null) {
                servers.put(contender, server);
                warm(contender, rows, server, measurement);
            }
        } catch (IOException e) {
            ServerProcess started = servers.remove(contender);
            if (started != null) {
                started.close();
            }
            for (Row row : rows) {
                add(IoRun.failed(row, contender.toString(), 0, e.toString()));
            }
        }
    }

    /** Every row for a part of the time, so that what is compiled is compiled for all of them. */
    private void warm(Contender contender, List<Row> rows, ServerProcess server, Measurement measurement)
            throws IOException, InterruptedException {
        Pace pace = contender.isJava() ? new Pace(Math.max(0.3, prime / rows.size()), 0) : FIRST_CALLS;
        for (Row row : rows) {
            measurement.load(row, server, pace);
        }
    }

    /** Every other round backwards, so that none always comes after the same one. */
    private void measure(Row row, Map<Contender, ServerProcess> servers, int round, Site site, Measurement measurement)
            throws IOException, InterruptedException {
        List<Contender> order = new ArrayList<>(servers.keySet());
        if (round % 2 == 0) {
            Collections.reverse(order);
        }
        double apart = new Distance(Path.of(site.c("c2c"))).nanos();
        for (Contender each : order) {
            ServerProcess server = servers.get(each);
            if (server == null || !server.isAlive()) {
                add(IoRun.failed(row, each.toString(), round, "the server has ended"));
                continue;
            }
            try {
                add(new IoRun(
                        row, each.toString(), round, apart, measurement.load(row, server, new Pace(seconds, warmup))));
            } catch (IOException e) {
                add(IoRun.failed(row, each.toString(), round, e.toString()));
            }
        }
    }

    /** A server anew for each run: what one keeps of earlier connections would hide what new ones cost. */
    private void compareIdle(Site site, Measurement measurement, Set<Contender> contenders)
            throws IOException, InterruptedException {
        Row row = Workload.IDLE.rows(connections).get(0);
        for (int round = 1; round <= Math.min(rounds, 2); round++) {
            for (Contender each : contenders) {
                try {
                    measureIdle(row, each, round, site, measurement);
                } catch (IOException e) {
                    add(IoRun.failed(row, each.toString(), round, e.toString()));
                }
            }
        }
    }

    private void measureIdle(Row row, Contender contender, int round, Site site, Measurement measurement)
            throws IOException, InterruptedException {
        ServerProcess server = contender.start(Workload.IDLE, site);
        if (server == null) {
            return;
        }
        try {
            measurement.load(new Row(Workload.ECHO, 64), server, new Pace(1, 0));
            Map<Figure, Double> figures = measurement.idle(row, server, contender.isJava());
            add(new IoRun(row, contender.toString(), round, Double.NaN, figures));
        } finally {
            server.close();
        }
    }

    private void add(IoRun run) throws IOException {
        runs.add(run);
        journal.add(List.of(run.toJson().toString()));
        if (!run.isGood()) {
            tell(run);
        }
    }

    private void tell(IoRun failed) {
        say(
                "%s, %s, round %d FAILED: %s",
                failed.row().title(), failed.system(), failed.round(), String.valueOf(failed.failure()));
    }

    private void say(String format, Object... arguments) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(Locale.ROOT, format + "%n", arguments);
        err.flush();
    }
}
