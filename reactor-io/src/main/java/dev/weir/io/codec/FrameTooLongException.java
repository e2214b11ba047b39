package dev.weir.io.codec;

import java.io.IOException;

/** A frame that is longer than was agreed upon. */
public final class FrameTooLongException extends IOException {
    private static final long serialVersionUID = 1;

    /** Names what was too long and the bound. */
    public FrameTooLongException(String message) {
        super(message);
    }
}
