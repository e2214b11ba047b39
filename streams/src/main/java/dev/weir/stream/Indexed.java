package dev.weir.stream;

/**
 * An item and its number.
 *
 * @param index from 0
 */
public record Indexed<T>(long index, T item) {}
