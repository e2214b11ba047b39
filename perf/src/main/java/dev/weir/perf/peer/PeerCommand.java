package dev.weir.perf.peer;

import dev.weir.perf.report.JsonLine;
import dev.weir.perf.upload.Outlet;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code peer LIBRARY KIND}. */
@Command(
        name = "peer",
        description = "Listens at 127.0.0.1 as 'serve' does, on another library.",
        mixinStandardHelpOptions = true)
public final class PeerCommand implements Callable<Integer> {
    /** Kept, as the logging of the JDK forgets the level of a logger that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "LIBRARY", description = "${COMPLETION-CANDIDATES}")
    private Library library;

    @Parameters(index = "1", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}")
    private Kind kind;

    @Option(names = "--port", defaultValue = "0", description = "port to listen on; 0 lets the system choose")
    private int port;

    @Option(names = "--threads", description = "event loops, or carriers of virtual threads; as many as processors")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--rate", defaultValue = "10485760", description = "bytes a second of uploads; ${DEFAULT-VALUE}")
    private long rate;

    @Option(names = "--vitals", description = "for each line of the standard input, print heap and uploads as JSON")
    private boolean vitals;

    @Override
    public Integer call() throws Exception {
        ROOT.setLevel(Level.WARNING);
        Outlet outlet = new Outlet(rate);
        int bound = library.server().start(kind, port, threads, outlet);
        PrintWriter out = spec.commandLine().getOut();
        out.println("listening on 127.0.0.1:" + bound);
        out.flush();
        if (vitals) {
            answerWithVitals(outlet, out);
        }
        new CountDownLatch(1).await();
        return 0;
    }

    private static void answerWithVitals(Outlet outlet, PrintWriter out) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            Runtime process = Runtime.getRuntime();
            process.gc();
            out.println(new JsonLine()
                    .put("heap", process.totalMemory() - process.freeMemory())
                    .putAll(outlet.vitals()));
            out.flush();
        }
    }
}
