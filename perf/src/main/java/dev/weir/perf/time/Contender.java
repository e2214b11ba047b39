package dev.weir.perf.time;

import java.util.Locale;

/** The systems that {@code bench time} can measure in this process. */
enum Contender {
    WEIR,
    NETTY,
    JDK;

    /** Starts the system. */
    Subject open(int workers) {
        return switch (this) {
            case WEIR -> new WeirSubject(workers);
            case NETTY -> new NettySubject();
            case JDK -> new JdkSubject(workers);
        };
    }

    /** Returns the name on the command line and in the output. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
