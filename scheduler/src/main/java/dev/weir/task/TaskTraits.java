package dev.weir.task;

import org.jspecify.annotations.Nullable;

/**
 * What few tasks have, apart from the task so that the many stay small.
 *
 * @param name what the spawner calls it
 * @param spawnSite the call that spawned it
 */
public record TaskTraits(@Nullable String name, @Nullable StackTraceElement spawnSite) {}
