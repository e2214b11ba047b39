package dev.weir.io.process;

import dev.weir.io.ByteBudget;
import dev.weir.io.ByteStream;
import dev.weir.io.call.BlockingCall;
import dev.weir.io.call.Closing;
import dev.weir.io.call.InputSource;
import dev.weir.io.call.OutputSink;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A child process. Closing it kills the process unless it has ended or was {@linkplain #detach detached}: it does not
 * outlive its owner by accident. All methods may be called from any thread.
 */
public final class ChildProcess implements Closeable {
    private static final int CHUNK = 64 * 1024;

    private final Process process;
    private final Exit exit;
    private final StandardInput input;
    private final ByteStream stdio;
    private final AtomicBoolean inputTaken = new AtomicBoolean();
    private final AtomicBoolean outputTaken = new AtomicBoolean();
    private final AtomicBoolean errorTaken = new AtomicBoolean();
    private volatile boolean detached;

    private ChildProcess(Process process) {
        this.process = process;
        exit = new Exit(process::onExit);
        input = new StandardInput(process.getOutputStream());
        stdio = new Stdio();
    }

    /**
     * Returns the computation that starts a process. It fails with the {@link IOException} of the system, for instance
     * because there is no such program. A process that starts when nobody waits for it any more is killed.
     *
     * @param recipe of the process; not changed meanwhile. What it redirects is not to be had here
     */
    public static Pollable<ChildProcess> start(ProcessBuilder recipe) {
        Closing<ChildProcess> child = new Closing<>(() -> of(recipe.start()));
        BlockingCall<ChildProcess> starting = new BlockingCall<>(() -> child.call(started -> started));
        return new Pollable<>() {
            private boolean handedOver;

            @Override
            public Poll<ChildProcess> poll(Context cx) throws Exception {
                Poll<ChildProcess> started = starting.poll(cx);
                handedOver = started.isReady();
                return started;
            }

            @Override
            public void close() {
                starting.close();
                if (!handedOver) {
                    child.close();
                }
            }
        };
    }

    /** A process that was just started, and outlives not even a failure. */
    private static ChildProcess of(Process process) {
        try {
            return new ChildProcess(process);
        } catch (Throwable e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /**
     * Returns the standard streams: its reader is what the process prints, its writer what the process reads, and ending
     * the writer ends its input. Closing the stream ends both and leaves the process alone.
     *
     * <p>When a process ends the JDK takes what its pipes still hold into memory, and lets nobody at them meanwhile: a
     * poll of the reader blocks for that time. It is short as a rule. But if another process has inherited the pipe and
     * writes faster than the JDK takes it, it lasts until there is no memory left: read the output of programs that are
     * not trusted, and may leave such processes behind, through a file.
     */
    public ByteStream stdio() {
        return stdio;
    }

    /**
     * Takes the reader of what the process prints as errors.
     *
     * @throws IllegalStateException if it was taken before
     */
    public Source<ByteBuffer> stderr() {
        take(errorTaken, "standard error");
        return source("standard error", process.getErrorStream());
    }

    /**
     * Returns the computation that waits for the end of the process; its result is the status. Unless the input of the
     * process is in use it is ended first, so that nobody waits for a process that waits for input. Giving the
     * computation up leaves the process alone.
     */
    public Pollable<Integer> exit() {
        Pollable<@Nullable Void> end = exit.awaited();
        return new Pollable<>() {
            @Override
            public Poll<Integer> poll(Context cx) throws Exception {
                if (inputTaken.compareAndSet(false, true)) {
                    input.close();
                }
                return end.poll(cx).isReady() ? Poll.ready(process.exitValue()) : Poll.pending();
            }

            @Override
            public void close() {
                end.close();
            }
        };
    }

    /** Returns the number by which the system knows the process. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Asks the process to end: SIGTERM where there is one. */
    public void terminate() {
        process.toHandle().destroy(); // the destroy of the process itself would close what can still be read
    }

    /** Ends the process: SIGKILL where there is one. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Lets the process live on when this is closed. */
    public void detach() {
        detached = true;
    }

    /**
     * Kills the process, unless it was detached, and not those that it has started: a pipe that they inherited ends with
     * the last of them. Idempotent.
     */
    @Override
    public void close() {
        if (!detached) {
            kill();
        }
    }

    private void take(AtomicBoolean taken, String stream) {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException("the " + stream + " of " + this + " was taken before, and has one owner");
        }
    }

    private Source<ByteBuffer> source(String name, InputStream in) {
        return source("the " + name + " of " + this, in, ByteBudget.shared());
    }

    static Source<ByteBuffer> source(String name, InputStream in, ByteBudget budget) {
        return new InputSource(name, new PipeInput(in), () -> closeQuietly(in), budget, CHUNK);
    }

    private static void closeQuietly(Closeable stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // The process has ended its side first, which is its right.
        }
    }

    @Override
    public String toString() {
        return "ChildProcess[" + process.pid() + "]";
    }

    private final class Stdio implements ByteStream {
        @Override
        public Source<ByteBuffer> reader() {
            take(outputTaken, "standard output");
            return source("standard output", process.getInputStream());
        }

        @Override
        public Sink<ByteBuffer> writer() {
            take(inputTaken, "standard input");
            return new OutputSink("the standard input of " + ChildProcess.this, input, input::close);
        }

        @Override
        public void close() {
            input.close();
            closeQuietly(process.getInputStream());
        }

        @Override
        public String toString() {
            return "the standard streams of " + ChildProcess.this;
        }
    }
}
