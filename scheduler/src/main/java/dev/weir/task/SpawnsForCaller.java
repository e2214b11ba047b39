package dev.weir.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class that spawns tasks on behalf of its callers. The {@linkplain TaskInfo#spawnSite() spawn site} of such a
 * task is the first caller outside of marked classes, so put it on wrappers of your own.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface SpawnsForCaller {}
