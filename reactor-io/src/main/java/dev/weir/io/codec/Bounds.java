package dev.weir.io.codec;

/** How long frames may be allowed to be: the sum of a frame and a chunk must fit into a buffer. */
final class Bounds {
    static final int MOST = 1 << 30;

    private Bounds() {}

    static int requireFrame(int bytes, String name) {
        if (bytes < 1 || bytes > MOST) {
            throw new IllegalArgumentException(name + " must be from 1 to " + MOST + ", was " + bytes);
        }
        return bytes;
    }
}
