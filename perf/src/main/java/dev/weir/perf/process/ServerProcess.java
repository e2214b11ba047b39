package dev.weir.perf.process;

import dev.weir.perf.wire.Loopback;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server in a process of its own, from when it listens. Confined to its owner. */
public final class ServerProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening.*127\\.0\\.0\\.1:(\\d+)");
    private static final Duration KILL = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The kernel counts CPU time for {@code /proc} in hundredths of a second. */
    private static final long MILLIS_A_TICK = 10;

    private final Process process;
    private final BufferedReader out;
    private final int port;

    private ServerProcess(Process process, BufferedReader out, int port) {
        this.process = process;
        this.out = out;
        this.port = port;
    }

    /**
     * Starts a command and waits until it prints where it listens.
     *
     * @throws IOException if it ends before it does
     */
    public static ServerProcess start(List<String> command) throws IOException {
        return start(command, ProcessBuilder.Redirect.INHERIT);
    }

    /**
     * As {@link #start(List)}, with what it complains of sent elsewhere.
     *
     * @throws IOException if it ends before it listens
     */
    public static ServerProcess start(List<String> command, ProcessBuilder.Redirect errors) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(errors).start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                return new ServerProcess(process, out, Integer.parseInt(matcher.group(1)));
            }
        }
        process.destroyForcibly();
        throw new IOException("ended before it listened: " + String.join(" ", command));
    }

    /**
     * Starts a command that says nothing, and waits until somebody answers at the port it was told to listen on.
     *
     * @throws IOException if nobody does within ten seconds
     */
    public static ServerProcess startAt(int port, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end && process.isAlive(); ) {
            try {
                new Socket(Loopback.port(port).getAddress(), port).close();
                return new ServerProcess(process, process.inputReader(StandardCharsets.UTF_8), port);
            } catch (ConnectException e) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        process.destroyForcibly();
        throw new IOException("nobody listened at " + port + ": " + String.join(" ", command));
    }

    /** Returns the command that runs this program with these arguments, on the same Java. */
    public static List<String> weir(String... arguments) {
        return weir(Path.of(System.getProperty("java.home")), List.of(), arguments);
    }

    /** Returns the command that runs this program with these arguments on some Java, with options of its own. */
    public static List<String> weir(Path javaHome, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.weir.perf.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Returns the command that runs another with so many descriptors at most. */
    public static List<String> withDescriptors(int limit, List<String> command) {
        List<String> limited = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + limit + " && exec \"$@\"", "sh"));
        limited.addAll(command);
        return limited;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a line to the process and returns the one it answers with. */
    public String ask(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        return read();
    }

    private String read() throws IOException {
        @Nullable String line = out.readLine();
        if (line == null) {
            throw new IOException("the server has ended");
        }
        return line;
    }

    /** Returns the number of open descriptors. */
    public long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", String.valueOf(pid()), "fd"))) {
            return all.count();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Returns the CPU time used since the start, to ten milliseconds. */
    public long cpuMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(pid()), "stat"));
        // the second field is a name in parentheses that may hold anything; user and system time are the 14th and 15th
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_A_TICK;
    }

    /** Sends SIGTERM and returns how long the process took to end, or null if it did not within the limit. */
    public @Nullable Duration terminate(Duration limit) throws InterruptedException {
        long begun = System.nanoTime();
        process.toHandle().destroy(); // unlike that of the process it leaves the output to be read
        boolean ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        return ended ? Duration.ofNanos(System.nanoTime() - begun) : null;
    }

    /** Returns the last line printed; after the end. */
    public String lastLine() throws IOException {
        String last = "";
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            last = line;
        }
        return last;
    }

    /** Ends the process, by force if need be. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(KILL.toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
