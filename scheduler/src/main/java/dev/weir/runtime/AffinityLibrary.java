package dev.weir.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.BitSet;

/**
 * CPU masks by {@code net.openhft:affinity}, which users bring along. Its class is looked up by name: as a module it has
 * no name that another could require, and on a class path no module could see it otherwise.
 */
final class AffinityLibrary implements CpuMask {
    private static final String CLASS = "net.openhft.affinity.Affinity";

    private final Method get;
    private final Method set;

    private AffinityLibrary(Class<?> library) throws NoSuchMethodException {
        get = library.getMethod("getAffinity");
        set = library.getMethod("setAffinity", BitSet.class);
    }

    /**
     * Returns the library.
     *
     * @throws UnsupportedOperationException if it is not there, or lacks what it stands on
     */
    static CpuMask find() {
        try {
            return new AffinityLibrary(Class.forName(CLASS));
        } catch (ReflectiveOperationException | LinkageError absent) {
            throw new UnsupportedOperationException(
                    "workerAffinity needs the library net.openhft:affinity and what it depends on: add it to the"
                            + " class path, or leave workerAffinity off",
                    absent);
        }
    }

    @Override
    public BitSet get() {
        return (BitSet) call(get);
    }

    @Override
    public void set(BitSet cpus) {
        call(set, cpus);
    }

    @SuppressWarnings("NullAway") // what returns void is not asked for its result
    private static Object call(Method method, Object... arguments) {
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(method.getName() + " failed", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(method.getName() + " cannot be called", e);
        }
    }
}
