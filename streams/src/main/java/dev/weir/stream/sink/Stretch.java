package dev.weir.stream.sink;

/**
 * How many items the end of a stream takes in a row before it asks whether it may go on (S5). Leaves charge for each, so
 * this bounds only what operators have held since earlier turns, and leaves that charge nothing. To ask for each item
 * made a range of a million a fifth slower.
 */
final class Stretch {
    static final int ITEMS = 32;

    private Stretch() {}
}
