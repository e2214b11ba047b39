/** Asynchronous streams: pull inside, Reactive Streams at the border. */
module dev.weir.streams {
    requires transitive dev.weir.scheduler;
    requires transitive org.jspecify;
    requires transitive org.reactivestreams;

    exports dev.weir.stream;
    exports dev.weir.stream.push;
    exports dev.weir.stream.reactive;
    exports dev.weir.stream.testkit;
}
