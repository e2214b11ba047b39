package dev.weir.perf.io;

import dev.weir.perf.peer.Kind;
import dev.weir.perf.process.ServerProcess;
import dev.weir.perf.wire.Loopback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is measured. */
enum Contender {
    C {
        @Override
        @Nullable List<String> command(Workload work, Site site, int port) {
            return work.isProxied()
                    ? null
                    : List.of(site.c("epoll_server"), work.kind.toString(), String.valueOf(port), threads(site));
        }
    },
    TOKIO {
        @Override
        @Nullable List<String> command(Workload work, Site site, int port) {
            return work.isProxied()
                    ? null
                    : List.of(
                            site.tokio(),
                            work.kind + "-server",
                            "--port",
                            String.valueOf(port),
                            "--workers",
                            threads(site));
        }
    },
    NGINX {
        @Override
        @Nullable List<String> command(Workload work, Site site, int port) throws IOException {
            if (!work.isProxied() && work.kind != Kind.HTTP) {
                return null;
            }
            Path folder = Files.createTempDirectory("weir-perf-nginx");
            Files.writeString(folder.resolve("nginx.conf"), NginxConfiguration.of(work, folder, port, site));
            return List.of("nginx", "-p", folder.toString(), "-c", "nginx.conf", "-e", "stderr");
        }

        @Override
        ServerProcess start(Workload work, Site site, List<String> command, int port)
                throws IOException, InterruptedException {
            return ServerProcess.startAt(port, site.server(command));
        }
    },
    WEIR {
        @Override
        @Nullable List<String> command(Workload work, Site site, int port) {
            return weir(work, site.java(), site, port);
        }
    },
    WEIR_25 {
        @Override
        @Nullable List<String> command(Workload work, Site site, int port) {
            return site.newJava() == null ? null : weir(work, site.newJava(), site, port);
        }
    },
    /** On a ring, if this jar was built by a JDK that knows how. */
    WEIR_25_IO_URING {
        @Override
        @Nullable List<String> command(Workload work, Site site, int port) {
            boolean built =
                    Contender.class.getResource("/META-INF/versions/22/dev/weir/io/driver/RingTransport.class") != null;
            return site.newJava() == null || !built
                    ? null
                    : weir(
                            work,
                            site.newJava(),
                            site,
                            port,
                            "--enable-native-access=ALL-UNNAMED",
                            "-Dweir.io.transport=io_uring");
        }
    },
    NETTY_NIO,
    NETTY_EPOLL,
    NETTY_IO_URING,
    REACTOR_NETTY,
    VERTX,
    VIRTUAL {
        @Override
        @Nullable List<String> command(Workload work, Site site, int port) {
            return site.newJava() == null ? null : peer(work, site.newJava(), site, port);
        }
    };

    /** Returns the command that makes it listen there, or null if it has no such server. */
    @Nullable List<String> command(Workload work, Site site, int port) throws IOException {
        return peer(work, site.java(), site, port);
    }

    /** Starts it, or returns null if it has no such server. */
    final @Nullable ServerProcess start(Workload work, Site site) throws IOException, InterruptedException {
        int port = Loopback.freePort();
        List<String> command = command(work, site, port);
        return command == null ? null : start(work, site, command, port);
    }

    ServerProcess start(Workload work, Site site, List<String> command, int port)
            throws IOException, InterruptedException {
        return ServerProcess.start(site.server(command));
    }

    /** Runs in a JVM: has to be warmed, and has a heap to be looked into. */
    boolean isJava() {
        return this != C && this != TOKIO && this != NGINX;
    }

    final List<String> weir(Workload work, Path java, Site site, int port, String... jvm) {
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                work.isProxied() ? "proxy" : work.kind.toString(),
                "--port",
                String.valueOf(port),
                "--workers",
                threads(site),
                "--max-conns",
                "20000",
                "--vitals"));
        if (work.isProxied()) {
            arguments.addAll(List.of("--to", "127.0.0.1:" + site.target()));
        }
        List<String> options = new ArrayList<>(site.jvm());
        options.addAll(List.of(jvm));
        return ServerProcess.weir(java, options, arguments.toArray(String[]::new));
    }

    final @Nullable List<String> peer(Workload work, Path java, Site site, int port) {
        return work.isProxied()
                ? null
                : ServerProcess.weir(
                        java,
                        site.jvm(),
                        "peer",
                        name(),
                        work.kind.toString(),
                        "--port",
                        String.valueOf(port),
                        "--threads",
                        threads(site),
                        "--vitals");
    }

    private static String threads(Site site) {
        return String.valueOf(site.threads());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
