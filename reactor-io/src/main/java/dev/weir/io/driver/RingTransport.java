package dev.weir.io.driver;

import java.io.IOException;

/** In place of the one for Java 22 and later, which this jar may have as well. */
final class RingTransport {
    private RingTransport() {}

    /**
     * Returns a transport by io_uring.
     *
     * @throws IOException always: this Java has no foreign functions
     */
    @SuppressWarnings("DoNotCallSuggester") // its newer form does not always throw
    static Transport open() throws IOException {
        throw new IOException(
                Runtime.version().feature() < 22
                        ? "it needs Java 22 or later"
                        : "this Weir was built without it, by a JDK before 22, or does not run from its jar");
    }
}
