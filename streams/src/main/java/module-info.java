/** Asynchronous streams: pull inside, Reactive Streams at the border. */
module dev.weir.streams {
    requires transitive dev.weir.scheduler;
    requires transitive org.jspecify;
    requires transitive org.reactivestreams;
    requires static transitive context.propagation;
    requires static transitive io.reactivex.rxjava3;
    requires static transitive micrometer.core;
    requires static transitive reactor.core;

    exports dev.weir.stream;
    exports dev.weir.stream.interop;
    exports dev.weir.stream.push;
    exports dev.weir.stream.reactive;
    exports dev.weir.stream.testkit;
}
