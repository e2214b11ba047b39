package dev.weir.stream.split;

import org.jspecify.annotations.Nullable;

/**
 * An item and the window it belongs to; or, without an item, the news that a window has ended.
 *
 * @param last whether the window ends with it
 */
public record Placed<T>(long window, @Nullable T item, boolean last) {}
