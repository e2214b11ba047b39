package dev.weir.io.sandbox;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.weir.io.driver.Transport;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Prints, for {@code TransportTest}, which runs it from this source, where sockets come from when the system refuses
 * {@code io_uring_enter} and lets all other calls pass.
 */
final class NoEntering {
    private static final int SET_SECCOMP = 22;
    private static final int SET_NO_NEW_PRIVILEGES = 38;
    private static final long FILTER = 2;

    private static final int LOAD_CALL = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int ENTER = 426;
    private static final int NOT_PERMITTED = 0x00050001;
    private static final int ALLOWED = 0x7fff0000;

    private NoEntering() {}

    public static void main(String[] args) throws Throwable {
        if (!refuseEntering()) {
            System.out.println("no sandbox");
            return;
        }
        Transport.chosen();
        System.out.println(Transport.chosen());
    }

    /** To this thread, and those that it starts. */
    private static boolean refuseEntering() throws Throwable {
        MethodHandle prctl = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().find("prctl").orElseThrow(),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                        Linker.Option.firstVariadicArg(1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment steps = arena.allocate(4 * 8, 8);
            step(steps, 0, LOAD_CALL, 0, 0);
            step(steps, 1, JUMP_IF_EQUAL, 1 << 8, ENTER); // and over one step if it is not
            step(steps, 2, RETURN, 0, NOT_PERMITTED);
            step(steps, 3, RETURN, 0, ALLOWED);
            MemorySegment program = arena.allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) 4);
            program.set(ADDRESS, 8, steps);
            return (int) prctl.invokeExact(SET_NO_NEW_PRIVILEGES, 1L, MemorySegment.NULL, 0L, 0L) == 0
                    && (int) prctl.invokeExact(SET_SECCOMP, FILTER, program, 0L, 0L) == 0;
        }
    }

    private static void step(MemorySegment steps, int index, int code, int jumps, int value) {
        steps.set(JAVA_SHORT, index * 8L, (short) code);
        steps.set(JAVA_SHORT, index * 8L + 2, (short) jumps);
        steps.set(JAVA_INT, index * 8L + 4, value);
    }
}
