/**
 * Hot pipelines run on copies of the operators' classes. Hidden.
 *
 * <p>A virtual machine keeps what it learns of a call with the class that makes it. In a program of many pipelines the
 * one call in {@code Map.poll} meets hundreds of functions and upstreams, so it is neither inlined nor fast. Hence a
 * pipeline that has shown to be hot is moved, between two polls, to classes of its own: the same bytes, defined once
 * more as hidden classes. {@link dev.weir.stream.copy.Copies} decides, {@link dev.weir.stream.copy.Layout} knows what a
 * class holds, {@link dev.weir.stream.copy.ClassBytes} makes the bytes fit.
 *
 * <p>{@code -Dweir.stream.copies=off} turns it off.
 */
@NullMarked
package dev.weir.stream.copy;

import org.jspecify.annotations.NullMarked;
