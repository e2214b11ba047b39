/** Poll-based tasks and the work-stealing runtime that polls them. */
@SuppressWarnings("module") // the streams are compiled later
module dev.weir.scheduler {
    requires transitive org.jspecify;
    requires static org.junit.jupiter.api;

    exports dev.weir.runtime;
    exports dev.weir.spin to
            dev.weir.streams;
    exports dev.weir.sync;
    exports dev.weir.task;
    exports dev.weir.testkit;
    exports dev.weir.testkit.junit;
    exports dev.weir.testkit.simulation;
    exports dev.weir.time;

    uses dev.weir.runtime.Driver.Factory;
}
