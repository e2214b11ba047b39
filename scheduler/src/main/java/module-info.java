/** Poll-based tasks and the work-stealing runtime that polls them. */
module dev.weir.scheduler {
    requires transitive org.jspecify;

    exports dev.weir.runtime;
    exports dev.weir.sync;
    exports dev.weir.task;
    exports dev.weir.testkit;
    exports dev.weir.time;

    uses dev.weir.runtime.Driver.Factory;
}
