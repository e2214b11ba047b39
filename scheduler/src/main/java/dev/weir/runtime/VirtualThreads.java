package dev.weir.runtime;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;

/** The JDK's virtual threads by their standard names, looked up since this is compiled for a JDK without them. */
final class VirtualThreads {
    private VirtualThreads() {}

    /** Throws unless this JDK has virtual threads. */
    static void require() {
        factory();
    }

    static ThreadFactory factory() {
        try {
            Method ofVirtual = Thread.class.getMethod("ofVirtual");
            Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
            return (ThreadFactory) factory.invoke(ofVirtual.invoke(null));
        } catch (ReflectiveOperationException
                | UnsupportedOperationException none) { // the latter: a preview, not enabled
            throw new UnsupportedOperationException(
                    "virtual threads need JDK 21 or later, this is " + Runtime.version()
                            + ": leave blockingOnVirtualThreads off",
                    none);
        }
    }
}
