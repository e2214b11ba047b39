package dev.weir.perf.load;

import dev.weir.perf.report.JsonLine;
import dev.weir.perf.wire.Loopback;
import dev.weir.perf.wire.StreamPattern;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code load echo|http|stream}. */
@Command(
        name = "load",
        description = "Puts load on a server at 127.0.0.1 and prints one line of JSON.",
        mixinStandardHelpOptions = true)
public final class LoadCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing kind of load: echo, http or stream");
    }

    @Command(
            description = "Sends a block on each connection and expects it back, again and again.",
            mixinStandardHelpOptions = true)
    int echo(
            @Mixin Target target,
            @Option(names = "--size", defaultValue = "128", description = "bytes of a block; ${DEFAULT-VALUE}")
                    int size)
            throws IOException {
        requireAtLeastOne("--size", size);
        return measure("echo", target, new JsonLine().put("size", size), i -> new EchoExchange(size, i));
    }

    @Command(
            description = "Sends requests on each connection and expects as many answers, again and again.",
            mixinStandardHelpOptions = true)
    int http(
            @Mixin Target target,
            @Option(
                            names = "--pipeline",
                            defaultValue = "1",
                            description = "requests that are sent at once; ${DEFAULT-VALUE}")
                    int depth,
            @Option(names = "--path", defaultValue = "/", description = "what is requested; ${DEFAULT-VALUE}")
                    String path,
            @Option(
                            names = "--expect",
                            defaultValue = "Hello, World!",
                            description = "the body that is right; ${DEFAULT-VALUE}")
                    String body)
            throws IOException {
        requireAtLeastOne("--pipeline", depth);
        return measure("http", target, new JsonLine().put("pipeline", depth), i -> new HttpExchange(depth, path, body));
    }

    @Command(description = "Reads what a stream server sends, as fast as it can.", mixinStandardHelpOptions = true)
    int stream(@Mixin Target target) throws IOException {
        ByteBuffer pattern = StreamPattern.chunks(2);
        return measure("stream", target, new JsonLine(), i -> new StreamExchange(pattern));
    }

    private int measure(String kind, Target target, JsonLine settings, IntFunction<Exchange> exchanges)
            throws IOException {
        requireAtLeastOne("--conns", target.connections);
        if (target.seconds <= 0 || target.warmup < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--secs must be more than 0 and --warmup at least 0, were " + target.seconds + " and "
                            + target.warmup);
        }
        InetSocketAddress server = Loopback.port(target.port);
        JsonLine line = new JsonLine().put("load", kind).put("conns", target.connections);
        LoadResult result;
        try (ClosedLoop loop = new ClosedLoop(server, target.connections, exchanges)) {
            result = loop.run(seconds(target.warmup), seconds(target.seconds));
        }
        spec.commandLine().getOut().println(result.addTo(line.putAll(settings)));
        return result.errors() == 0 && result.operations() > 0 ? 0 : 1;
    }

    private void requireAtLeastOne(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1, was " + value);
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    /** The options all kinds share. */
    static final class Target {
        @Option(names = "--port", required = true, description = "port of the server")
        int port;

        @Option(names = "--conns", defaultValue = "64", description = "connections; ${DEFAULT-VALUE}")
        int connections;

        @Option(names = "--secs", defaultValue = "2", description = "seconds that are measured; ${DEFAULT-VALUE}")
        double seconds;

        @Option(names = "--warmup", defaultValue = "1", description = "seconds before; ${DEFAULT-VALUE}")
        double warmup;
    }
}
