package dev.weir.perf.serve;

import dev.weir.perf.upload.Outlet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve echo|http|stream|sink|proxy|upload}. */
@Command(
        name = "serve",
        description = "Listens at 127.0.0.1 until it is sent SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true)
public final class ServeCommand implements Runnable {
    /** Less than the five seconds within which a server has to have ended. */
    private static final Duration SHUTDOWN = Duration.ofSeconds(4);

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing kind of server: echo, http, stream, sink, proxy or upload");
    }

    @Command(
            description = "Sends everything back until the client ends its direction, then ends its own.",
            mixinStandardHelpOptions = true)
    void echo(@Mixin Place place) throws IOException {
        serve(new EchoService(), place);
    }

    @Command(
            description = {
                "Answers every HTTP/1.1 request with \"Hello, World!\".",
                "Requests may be pipelined and cut anywhere. Requests with a Transfer-Encoding are answered 501,"
                        + " garbage 400, heads of more than 16 KiB 431; the connection is closed then."
            },
            mixinStandardHelpOptions = true)
    void http(@Mixin Place place) throws IOException {
        serve(new HttpService(), place);
    }

    @Command(description = "Sends chunks of 64 KiB to each connection for ever.", mixinStandardHelpOptions = true)
    void stream(@Mixin Place place) throws IOException {
        serve(new StreamService(), place);
    }

    @Command(description = "Reads, counts and discards.", mixinStandardHelpOptions = true)
    void sink(@Mixin Place place) throws IOException {
        serve(new SinkService(), place);
    }

    @Command(
            description = "Passes each connection on to another server, in both directions.",
            mixinStandardHelpOptions = true)
    void proxy(
            @Mixin Place place,
            @Option(names = "--to", required = true, paramLabel = "HOST:PORT", description = "the other server")
                    String to)
            throws IOException {
        serve(new ProxyService(parse(to)), place);
    }

    @Command(description = "Reads, and hands on to one consumer that is slow.", mixinStandardHelpOptions = true)
    void upload(
            @Mixin Place place,
            @Option(
                            names = "--rate",
                            defaultValue = "10485760",
                            description = "bytes a second that the consumer takes; ${DEFAULT-VALUE}")
                    long rate)
            throws IOException {
        requireAtLeastOne("--rate", rate);
        serve(new UploadService(new Outlet(rate)), place);
    }

    private InetSocketAddress parse(String to) {
        int colon = to.lastIndexOf(':');
        try {
            InetAddress host = InetAddress.getAllByName(to.substring(0, colon))[0];
            return new InetSocketAddress(host, Integer.parseInt(to.substring(colon + 1)));
        } catch (UnknownHostException e) {
            throw new ParameterException(spec.commandLine(), "--to must name a host that is known, was " + to, e);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ParameterException(spec.commandLine(), "--to must be HOST:PORT, was " + to, e);
        }
    }

    private void serve(Service service, Place place) throws IOException {
        requireAtLeastOne("--workers", place.workers);
        requireAtLeastOne("--max-conns", place.maxConnections);
        PrintWriter out = spec.commandLine().getOut();
        Server server = new Server(service, place.port, place.workers, place.maxConnections);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            boolean ended = server.stop(SHUTDOWN);
                            out.println(server.totals() + (ended ? "" : "; some tasks did not end in time"));
                            out.flush();
                        },
                        "serve-shutdown"));
        out.println("listening on 127.0.0.1:" + server.address().getPort());
        out.flush();
        if (place.vitals) {
            answerWithVitals(server, out);
        }
        try {
            server.await();
        } catch (CancellationException e) {
            return; // by the shutdown
        }
    }

    private static void answerWithVitals(Server server, PrintWriter out) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            out.println(server.vitals());
            out.flush();
        }
    }

    private void requireAtLeastOne(String option, long value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1, was " + value);
        }
    }

    /** The options all servers share. */
    static final class Place {
        @Option(names = "--port", required = true, description = "port to listen on; 0 lets the system choose")
        int port;

        @Option(names = "--workers", description = "threads that serve; as many as processors")
        int workers = Runtime.getRuntime().availableProcessors();

        @Option(
                names = "--max-conns",
                description = "connections served at a time, others wait in the kernel's backlog; ${DEFAULT-VALUE}")
        int maxConnections = Server.MAX_CONNECTIONS;

        @Option(
                names = "--vitals",
                description = "for each line of the standard input, collect garbage and print tasks and heap as JSON")
        boolean vitals;
    }
}
