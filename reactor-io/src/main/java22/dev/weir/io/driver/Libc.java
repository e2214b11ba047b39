package dev.weir.io.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The functions of the C library that sockets and rings need. Each returns what it is documented to return, or the
 * negative number of its error.
 */
final class Libc {
    /** Buffers of a message at most; the JDK's channels list no more either. */
    static final int MOST_BUFFERS = 16;

    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EBUSY = 16;
    static final int ETIME = 62;
    static final int EAFNOSUPPORT = 97;
    static final int ENOBUFS = 105;
    static final int ECANCELED = 125;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final long ERRNO =
            Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    /** Where a thread's calls leave the number of their error. */
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    /** For threads that find no memory for their own, all at once: they may read each other's errors. */
    private static final MemorySegment SPARE_STATE = Arena.global().allocate(Linker.Option.captureStateLayout());

    private static final MethodHandle SYSCALL = function(
            "syscall",
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP = function(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle LISTEN = function("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT =
            function("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT =
            function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GET_LOCAL =
            function("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle GET_REMOTE =
            function("getpeername", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SET_OPTION =
            function("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GET_OPTION =
            function("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle RECEIVE =
            function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SEND =
            function("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    /** The function has three arguments. It never sees the others: they keep the arenas of the buffers open. */
    private static final MethodHandle SEND_MESSAGE = function(
                    "sendmsg",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT)
                            .appendArgumentLayouts(
                                    Collections.nCopies(MOST_BUFFERS, ADDRESS).toArray(MemoryLayout[]::new)))
            .asSpreader(MemorySegment[].class, MOST_BUFFERS);

    private static final MethodHandle SHUTDOWN =
            function("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Libc() {}

    @SuppressWarnings("restricted") // the descriptors are those of the manual pages
    private static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        List<Linker.Option> all = new ArrayList<>(List.of(options));
        all.add(Linker.Option.captureCallState("errno"));
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
        return LINKER.downcallHandle(symbol, descriptor, all.toArray(Linker.Option[]::new));
    }

    /** A call needs no memory, so that no entry of a ring and no wake-up is lost for want of it. */
    private static MemorySegment state() {
        try {
            return STATE.get();
        } catch (OutOfMemoryError none) {
            return SPARE_STATE;
        }
    }

    private static long result(MemorySegment state, long returned) {
        return returned == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO) : returned;
    }

    private static int result(MemorySegment state, int returned) {
        return returned == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO) : returned;
    }

    static long syscall(long number, long a, long b, long c, long d, long e, long f) {
        MemorySegment state = state();
        try {
            return result(state, (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long mmap(long length, int protection, int flags, int fd, long offset) {
        MemorySegment state = state();
        try {
            return result(state, (long) MMAP.invokeExact(state, 0L, length, protection, flags, fd, offset));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int munmap(long address, long length) {
        MemorySegment state = state();
        try {
            return result(state, (int) MUNMAP.invokeExact(state, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int socket(int domain, int type) {
        MemorySegment state = state();
        try {
            return result(state, (int) SOCKET.invokeExact(state, domain, type, 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int bind(int fd, MemorySegment address, int length) {
        MemorySegment state = state();
        try {
            return result(state, (int) BIND.invokeExact(state, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int listen(int fd, int backlog) {
        MemorySegment state = state();
        try {
            return result(state, (int) LISTEN.invokeExact(state, fd, backlog));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int accept(int fd, MemorySegment address, MemorySegment length, int flags) {
        MemorySegment state = state();
        try {
            return result(state, (int) ACCEPT.invokeExact(state, fd, address, length, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int connect(int fd, MemorySegment address, int length) {
        MemorySegment state = state();
        try {
            return result(state, (int) CONNECT.invokeExact(state, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** The address of this side, or of the other. */
    static int address(int fd, boolean remote, MemorySegment address, MemorySegment length) {
        MemorySegment state = state();
        try {
            return result(
                    state,
                    remote
                            ? (int) GET_REMOTE.invokeExact(state, fd, address, length)
                            : (int) GET_LOCAL.invokeExact(state, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int setOption(int fd, int level, int name, MemorySegment value) {
        MemorySegment state = state();
        try {
            return result(state, (int) SET_OPTION.invokeExact(state, fd, level, name, value, (int) value.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int getOption(int fd, int level, int name, MemorySegment value, MemorySegment length) {
        MemorySegment state = state();
        try {
            return result(state, (int) GET_OPTION.invokeExact(state, fd, level, name, value, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * As all that take a segment: its arena stays open during the call.
     *
     * @throws IllegalStateException if that is closed
     * @throws WrongThreadException if it is another thread's
     */
    static long receive(int fd, MemorySegment into) {
        MemorySegment state = state();
        try {
            return result(state, (long) RECEIVE.invokeExact(state, fd, into, into.byteSize(), 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long send(int fd, MemorySegment from, int flags) {
        MemorySegment state = state();
        try {
            return result(state, (long) SEND.invokeExact(state, fd, from, from.byteSize(), flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Sends several buffers in their order.
     *
     * @param message a {@code msghdr} that lists them
     * @param buffers {@link #MOST_BUFFERS} of them, with null segments behind those that are listed
     */
    static long sendMessage(int fd, MemorySegment message, int flags, MemorySegment[] buffers) {
        MemorySegment state = state();
        try {
            return result(state, (long) SEND_MESSAGE.invokeExact(state, fd, message, flags, buffers));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int shutdown(int fd, int how) {
        MemorySegment state = state();
        try {
            return result(state, (int) SHUTDOWN.invokeExact(state, fd, how));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int close(int fd) {
        MemorySegment state = state();
        try {
            return result(state, (int) CLOSE.invokeExact(state, fd));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * A call through a method handle declares everything, and throws nothing but errors of the JVM, or what is said of a
     * segment that may not be used.
     */
    private static Error unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException misuse) {
            throw misuse;
        }
        return thrown instanceof Error error ? error : new AssertionError(thrown);
    }
}
