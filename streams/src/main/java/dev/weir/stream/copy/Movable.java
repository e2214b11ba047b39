package dev.weir.stream.copy;

/**
 * A class that {@link Layout} cannot know by name, as it uses {@link Copies} itself, and whose instances may be moved all
 * the same: it hands {@code this} to nobody, and nothing that it makes holds it.
 */
public interface Movable {}
