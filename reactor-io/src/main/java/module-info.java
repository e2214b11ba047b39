/** Sockets, files and processes as poll-based sources and sinks, on the drivers of the scheduler. */
module dev.weir.reactor.io {
    requires transitive dev.weir.scheduler;
    requires transitive org.jspecify;

    exports dev.weir.io;
    exports dev.weir.io.codec;
    exports dev.weir.io.file;
    exports dev.weir.io.net;
    exports dev.weir.io.process;
    exports dev.weir.io.signal;
    exports dev.weir.io.testkit;
    exports dev.weir.io.tls;

    provides dev.weir.runtime.Driver.Factory with
            dev.weir.io.driver.NioDriverFactory;
}
