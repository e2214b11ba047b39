/** Sockets as poll-based sources and sinks, on the drivers of the scheduler. */
module dev.weir.reactor.io {
    requires transitive dev.weir.scheduler;
    requires transitive org.jspecify;
}
