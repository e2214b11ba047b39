/** Poll-based tasks and the work-stealing runtime that polls them. */
module dev.weir.scheduler {
    requires transitive org.jspecify;
}
